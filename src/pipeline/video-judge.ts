import type { Pixels } from "../frame.js";
import { cosine } from "../model/evaluation/cosine.js";
import { toBytes } from "../model/geometry/crop-bytes.js";
import { openExpressionJudge, type ExpressionJudge } from "../model/evaluation/expression-judge.js";
import { openIdentityJudge, type IdentityJudge } from "../model/evaluation/identity-judge.js";
import { MEASURED_THRESHOLDS } from "../model/evaluation/thresholds.js";
import { alignFace } from "../model/geometry/alignment.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";

/** How an output looks beside its photo and its driver; means over the frames that were judged, cosines −1…1. */
export interface LikenessScores {
  /** Frames that were judged. */
  readonly frames: number;
  /** The verifier's cosine to the photo, and the share of the frames that it takes for the photo's person. */
  readonly photo: number;
  readonly verified: number;
  /** Its cosine to the driver's frame, the share taken for the driver, and what photo and driver have in common by themselves. */
  readonly driver: number;
  readonly leaked: number;
  readonly photoToDriver: number;
  /** The cosine from which on a frame counts as that person. */
  readonly threshold: number;
  /** The expression judge's cosine to the driver's frame; and what the unmoved photo would have. */
  readonly expression: number;
  readonly expressionOfPhoto: number;
}

interface Described {
  readonly identity: Float32Array;
  readonly expression: Float32Array;
}

/** Judges frames of an output beside its photo and driver, with networks that no loss knows. */
export class VideoJudge implements AsyncDisposable {
  readonly #identity: IdentityJudge;
  readonly #expression: ExpressionJudge;
  readonly #photo: Described;
  readonly #seen: { photo: number; driver: number; photoToDriver: number; expression: number; expressionOfPhoto: number }[] = [];

  private constructor(identity: IdentityJudge, expression: ExpressionJudge, photo: Described) {
    this.#identity = identity;
    this.#expression = expression;
    this.#photo = photo;
  }

  /**
   * @param photo its registered crop, [96, 96, 3] in −1…1
   * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
   */
  static async open(photo: Float32Array): Promise<VideoJudge> {
    const identity = await openIdentityJudge(), expression = await openExpressionJudge();
    const [described] = await describe(identity, expression, [toBytes(photo)]);
    return new VideoJudge(identity, expression, described);
  }

  /** Takes one frame of both into account. */
  async add(driver: Pixels, driverFace: FaceLandmarks, output: Pixels, outputFace: FaceLandmarks): Promise<void> {
    const crops = [toBytes(sampleCrop(driver, alignFace(driverFace))), toBytes(sampleCrop(output, alignFace(outputFace)))];
    const [d, o] = await describe(this.#identity, this.#expression, crops), photo = this.#photo;
    this.#seen.push({
      photo: cosine(o.identity, photo.identity), driver: cosine(o.identity, d.identity), photoToDriver: cosine(photo.identity, d.identity),
      expression: cosine(o.expression, d.expression), expressionOfPhoto: cosine(photo.expression, d.expression),
    });
  }

  /** The means so far; NaN before the first frame. */
  scores(): LikenessScores {
    const seen = this.#seen, threshold = MEASURED_THRESHOLDS.strict;
    const mean = (value: (one: (typeof seen)[number]) => number) => seen.reduce((sum, one) => sum + value(one), 0) / seen.length;
    return {
      frames: seen.length, photo: mean(({ photo }) => photo), verified: mean(({ photo }) => Number(photo >= threshold)),
      driver: mean(({ driver }) => driver), leaked: mean(({ driver }) => Number(driver >= threshold)), photoToDriver: mean(({ photoToDriver }) => photoToDriver),
      threshold, expression: mean(({ expression }) => expression), expressionOfPhoto: mean(({ expressionOfPhoto }) => expressionOfPhoto),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#identity.close(), this.#expression.close()]);
  }
}

async function describe(identity: IdentityJudge, expression: ExpressionJudge, crops: readonly Uint8Array[]): Promise<Described[]> {
  const identities = await identity.describe(crops), expressions = await expression.describe(crops);
  return crops.map((_, i) => ({ identity: identities[i], expression: expressions[i] }));
}
