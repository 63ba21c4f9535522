import { headAngles } from "../geometry/head-angles.js";
import type { HeadAngles } from "../rig/rig-pose.js";
import { followSeries, type Followed } from "./follow-series.js";
import { gazeOf } from "./reading-measures.js";

/** How one frame's head is held and where its eyes look. */
export interface FrameMotion {
  readonly head: HeadAngles;
  /** Where the eyes look from side to side, eye widths: see {@link gazeOf}. */
  readonly gaze: number;
  /** Whether the lids let that be seen. */
  readonly open: boolean;
}

/** How an output's head and eyes follow its driver's; undefined where the driver's stay. */
export interface MotionFollowed {
  /** Mean of the angles that move. */
  readonly pose: Followed | undefined;
  readonly gaze: Followed | undefined;
}

const ANGLES = ["yaw", "pitch", "roll"] as const;
/** Degrees, and eye widths. */
const TURNS = { leader: 1, follower: 0.15 }, LOOKS = { leader: 0.02, follower: 0.002 };
/** From this score of a blink on nobody can say where an eye looks. */
const BLINK = 0.4;

/** Measures a face. @param points 478 landmarks x0, y0, z0, … @param scores MediaPipe's, of the same face */
export function frameMotion(points: Float32Array, scores: Readonly<Record<string, number>>): FrameMotion {
  return { head: headAngles(points), gaze: gazeOf(points)[0], open: Math.max(scores.eyeBlinkLeft, scores.eyeBlinkRight) < BLINK };
}

/** How an output's head and eyes follow, frame by frame; a frame counts where both sides have a face and, for the gaze, the driver's eyes are open. */
export function followMotion(driver: readonly (FrameMotion | undefined)[], output: readonly (FrameMotion | undefined)[]): MotionFollowed {
  const both = driver.flatMap((motion, i) => {
    const made = output[i];
    return motion && made ? [{ driver: motion, made }] : [];
  });
  const angles = ANGLES.flatMap((angle) => followSeries(both.map((one) => one.driver.head[angle]), both.map((one) => one.made.head[angle]), TURNS) ?? []);
  const seen = both.filter((one) => one.driver.open);
  const mean = (of: (followed: Followed) => number) => angles.reduce((sum, followed) => sum + of(followed), 0) / angles.length;
  return {
    pose: angles.length > 0 ? { r: mean(({ r }) => r), slope: mean(({ slope }) => slope) } : undefined,
    gaze: followSeries(seen.map((one) => one.driver.gaze), seen.map((one) => one.made.gaze), LOOKS),
  };
}
