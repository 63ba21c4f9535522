import type { Pixels } from "../frame.js";
import { cosine } from "../model/evaluation/cosine.js";
import { toBytes } from "../model/geometry/crop-bytes.js";
import { measureExpression, type ExpressionMeasures } from "../model/evaluation/expression-measures.js";
import type { IdentityJudge } from "../model/evaluation/identity-judge.js";
import { alignFace } from "../model/geometry/alignment.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openDecoder, type DecodeOptions } from "../streams/decode.js";
import type { FrameReader } from "../streams/frame-reader.js";
import type { VideoInfo } from "../streams/video-info.js";
import { clipTurn, turnFrame } from "./clip-turn.js";
import { Closers } from "./closers.js";
import type { Sitter } from "./sitter.js";

/** What driver and output do at one time. */
export interface TimedScores {
  /** Seconds from the first frame. */
  readonly time: number;
  /** Undefined where no face was found. */
  readonly driver: ExpressionMeasures | undefined;
  readonly output: ExpressionMeasures | undefined;
  /** The verifier's cosine of the output's face to the photo's, −1…1. */
  readonly identity: number | undefined;
}

/** Scores over time, and a frame of each from the middle, its face upright. */
export interface ScoresOverTime {
  readonly samples: readonly TimedScores[];
  readonly driver: Pixels | undefined;
  readonly output: Pixels | undefined;
}

/** What {@link scoreOverTime} is told. */
export interface ScoreRequest {
  readonly driver: VideoInfo;
  /** What of the driver was rendered, seconds from its start. */
  readonly cut: { readonly start: number; readonly end: number | undefined };
  readonly output: VideoInfo;
  readonly sitter: Sitter;
  readonly landmarks: LandmarkSource;
  readonly identity: IdentityJudge;
  /** Frames that are looked at, about; they are spread evenly. */
  readonly samples: number;
  readonly signal?: AbortSignal | undefined;
}

/** Landmarks need no more than this, pixels. */
const SIDE = 1280;

/**
 * Looks at the same frames of a driver and of what was made of it. Both are decoded once, frame by frame; memory does not grow with
 * their length.
 *
 * @throws ReenactError as decoding does
 */
export async function scoreOverTime({ driver, cut, output, sitter, landmarks, identity, samples, signal }: ScoreRequest): Promise<ScoresOverTime> {
  const total = output.frameCount ?? samples, every = Math.max(1, Math.ceil(total / samples));
  const [photo] = await identity.describe([toBytes(sitter.face.crop)]);
  const found: TimedScores[] = [];
  let middle: { driver: Pixels; output: Pixels } | undefined;
  const closers = new Closers();
  const open = async (info: VideoInfo, options: DecodeOptions): Promise<FrameReader> =>
    closers.add(await openDecoder(info, { ...options, signal, quick: true, maxSide: SIDE }), (opened) => opened.close());
  try {
    const turns = [await clipTurn(driver, landmarks, { ...cut, signal }), sitter.face.landmarks.turn ?? 0] as const;
    const [a, b] = [await open(driver, cut), await open(output, {})];
    for (;;) {
      const both = await Promise.all([a.next(), b.next()]);
      if (!both[0] || !both[1]) break;
      if (both[0].index % every !== 0) continue;
      const [x, y] = [turnFrame(both[0], turns[0]), turnFrame(both[1], turns[1])];
      if (!middle || x.index <= total / 2) middle = { driver: x, output: y };
      const [theirs] = await landmarks.detect(x), [made] = await landmarks.detect(y);
      found.push({
        time: x.timestamp, driver: theirs && measureExpression(theirs), output: made && measureExpression(made),
        identity: made && cosine(photo, (await identity.describe([cropOf(y, made)]))[0]),
      });
    }
  } finally {
    await closers.close();
  }
  return { samples: found, driver: middle?.driver, output: middle?.output };
}

function cropOf(picture: Pixels, face: FaceLandmarks): Uint8Array {
  return toBytes(sampleCrop(picture, alignFace(face)));
}
