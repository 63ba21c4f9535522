import { correlation } from "../model/evaluation/correlation.js";
import { measureExpression, type ExpressionMeasures } from "../model/evaluation/expression-measures.js";
import { openLandmarks, type LandmarkOptions } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openDecoder } from "../streams/decode.js";
import { openInput } from "../streams/media-input.js";
import { probeVideo } from "../streams/probe.js";

/** How one video follows another, as correlations over time, −1…1 each; NaN where the driver does not move. */
export interface FollowScores extends ExpressionMeasures {
  /** Frames in which both show a face. */
  readonly frames: number;
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
    const along = (name: keyof ExpressionMeasures) => correlation(both.map(([x]) => x[name]), both.map(([, y]) => y[name]));
    return { frames: both.length, mouthOpen: along("mouthOpen"), smile: along("smile"), eyesOpen: along("eyesOpen"), browsUp: along("browsUp") };
  } finally {
    await landmarks.close();
  }
}

async function measure(path: string, landmarks: LandmarkSource): Promise<(ExpressionMeasures | undefined)[]> {
  const input = await openInput(path);
  try {
    await using decoder = await openDecoder(await probeVideo(input), { quick: true, maxSide: 1280 });
    const measures: (ExpressionMeasures | undefined)[] = [];
    for await (const frame of decoder) {
      const [face] = await landmarks.detect(frame, { timestamp: frame.timestamp });
      measures.push(face && measureExpression(face));
    }
    return measures;
  } finally {
    await input.close();
  }
}
