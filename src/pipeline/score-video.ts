import { correlation } from "../model/evaluation/correlation.js";
import { measureExpression, type ExpressionMeasures } from "../model/evaluation/expression-measures.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { openLandmarks, type LandmarkOptions } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openDecoder } from "../streams/decode.js";
import { openInput } from "../streams/media-input.js";
import { probeVideo } from "../streams/probe.js";

/** MediaPipe's scores that a person would look for first; left and right are averaged. */
const BLENDSHAPES = {
  jawOpen: ["jawOpen"], mouthSmile: ["mouthSmileLeft", "mouthSmileRight"], eyeBlink: ["eyeBlinkLeft", "eyeBlinkRight"], browInnerUp: ["browInnerUp"],
} as const;

/** How one video follows another, as correlations over time, −1…1 each; NaN where the driver does not move. */
export interface FollowScores extends ExpressionMeasures {
  /** Frames in which both show a face. */
  readonly frames: number;
  /** The same for MediaPipe's blendshape scores, where it is the source of the landmarks. */
  readonly blendshapes?: Readonly<Record<keyof typeof BLENDSHAPES, number>>;
}

interface Measured extends ExpressionMeasures {
  readonly blendshapes?: FaceLandmarks["blendshapes"];
}

/**
 * Compares what the faces of two videos of the same timeline do, frame by frame: the driver's and a finished output's.
 *
 * @param options which landmarks are measured with; default: the best that is here without a download
 * @throws ReenactError as decoding does, and ENGINE_UNAVAILABLE or MODEL_MISSING when no landmarks can be had
 */
export async function scoreVideo(driver: string, output: string, options: LandmarkOptions = {}): Promise<FollowScores> {
  const landmarks = await openLandmarks(options);
  try {
    const [a, b] = [await measure(driver, landmarks), await measure(output, landmarks)];
    const both = a.flatMap((x, i) => (x && b[i] ? [[x, b[i]] as const] : []));
    const follow = (of: (face: Measured) => number) => correlation(both.map(([x]) => of(x)), both.map(([, y]) => of(y)));
    const along = (name: keyof ExpressionMeasures) => follow((face) => face[name]);
    const scored = both.length > 0 && both.every(([x, y]) => x.blendshapes && y.blendshapes);
    const mean = (names: readonly string[]) => (face: Measured) => names.reduce((sum, name) => sum + face.blendshapes![name], 0) / names.length;
    const blendshapes = Object.fromEntries(Object.entries(BLENDSHAPES).map(([name, parts]) => [name, scored ? follow(mean(parts)) : NaN]));
    return {
      ...(scored && { blendshapes: blendshapes as unknown as NonNullable<FollowScores["blendshapes"]> }),
      frames: both.length, mouthOpen: along("mouthOpen"), smile: along("smile"), eyesOpen: along("eyesOpen"), browsUp: along("browsUp"),
    };
  } finally {
    await landmarks.close();
  }
}

async function measure(path: string, landmarks: LandmarkSource): Promise<(Measured | undefined)[]> {
  const input = await openInput(path);
  try {
    await using decoder = await openDecoder(await probeVideo(input), { quick: true, maxSide: 1280 });
    const measures: (Measured | undefined)[] = [];
    for await (const frame of decoder) {
      const [face] = await landmarks.detect(frame, { timestamp: frame.timestamp });
      measures.push(face && { ...measureExpression(face), blendshapes: face.blendshapes });
    }
    return measures;
  } finally {
    await input.close();
  }
}
