import { ReenactError } from "../errors.js";
import type { LandmarkOptions } from "../model/landmarks/open-landmarks.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import type { FollowScores } from "../pipeline/score-video.js";
import { counting, type CountStyle } from "./counting.js";

/** What `reenact evaluate --output` is told. */
export interface EvaluateVideoFlags {
  readonly output: string;
  readonly driver?: string;
  readonly photo?: string;
  readonly face: FaceChoice;
  readonly landmarks: LandmarkOptions["kind"];
  readonly modelDir?: string;
  readonly progress: CountStyle;
  readonly json?: boolean;
}

/** Scores a finished video and prints the scores. @throws ReenactError USAGE without a driver, NO_FACE_IN_VIDEO, and whatever scoring throws */
export async function evaluateVideo({ output, driver, photo, face, landmarks: kind, modelDir, progress, json }: EvaluateVideoFlags, signal: AbortSignal): Promise<void> {
  if (driver === undefined) throw new ReenactError("USAGE", "Expected --driver with --output: name the video that the output follows.");
  const { scoreVideo } = await import("../pipeline/score-video.js");
  const scores = await counting(progress, "frames", async (update) => {
    const found = await scoreVideo(driver, output, { kind, modelDir, signal, photo, face, onFrame: (done, total) => update("scoring", done, Math.max(done, total ?? done)) });
    if (found.frames > 0) return found;
    throw new ReenactError("NO_FACE_IN_VIDEO", `Expected frames in which both ${driver} and ${output} show a face but found none in ${found.outputFrames}: check that they belong together.`);
  });
  process.stdout.write(json ? `${JSON.stringify({ path: output, ...scores })}\n` : `${describeScores(scores).join("\n")}\n`);
}

/** The scores for people, line by line. */
export function describeScores({ frames, driverFrames, outputFrames, strength, motion, lag, blendshapes, likeness, ...follows }: FollowScores): string[] {
  const value = (number: number, digits = 2) => (Number.isFinite(number) ? number.toFixed(digits) : "–");
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const movements = Object.keys(strength) as (keyof typeof strength)[];
  const lines = [
    `faces in both: ${frames} frames of ${outputFrames} (driver: ${driverFrames})`,
    `follows the driver (correlation over time, strength): ${movements.map((name) => `${name} ${value(follows[name])} ×${value(strength[name])}`).join(" · ")}`,
  ];
  const moved = Object.entries(motion).filter(([, { follows: r }]) => Number.isFinite(r));
  if (moved.length > 0) lines.push(`follows head and gaze (correlation over time, strength): ${moved.map(([name, { follows: r, strength: k }]) => `${name} ${value(r)} ×${value(k)}`).join(" · ")}`);
  if (blendshapes) lines.push(`follows the driver's scores (correlation): ${Object.entries(blendshapes).map(([name, r]) => `${name} ${value(r)}`).join(" · ")}`);
  lines.push(`lag of the mouth: ${Number.isFinite(lag) ? `${(1000 * lag).toFixed(0)} ms` : "cannot be told"}`);
  if (!likeness) return lines;
  const { photo, verified, driver, leaked, photoToDriver, expression, expressionOfPhoto, threshold } = likeness;
  return [
    ...lines,
    `shows the photo's person: ${percent(verified)} of ${likeness.frames} frames (cosine ${value(photo, 3)}, one person from ${value(threshold, 3)} on)`,
    `taken for the driver: ${percent(leaked)} (cosine ${value(driver, 3)}; photo and driver themselves have ${value(photoToDriver, 3)})`,
    `likeness of the expression: ${value(expression, 3)} (the unmoved photo has ${value(expressionOfPhoto, 3)})`,
  ];
}
