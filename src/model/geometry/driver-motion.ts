import type { FaceLandmarks } from "../landmarks/face.js";
import type { HeadAngles } from "../rig/rig-pose.js";
import { eyeLook, LIDS_CLOSED, type EyeLook } from "./gaze.js";
import { headAngles } from "./head-angles.js";
import { smoothstep } from "./kernels.js";
import { turnPoints } from "./quarter-turns.js";
import { DEFAULT_REACH } from "./smooth-alignment.js";
import { smoothSignalAt, type SignalSmoothing, type TimedSignal } from "./smooth-signal.js";

/** How a driver's head is held and where it looks, as measured in one frame. */
export interface FaceMotion {
  /** Degrees. */
  readonly head: HeadAngles;
  /** Undefined where the landmarks have no irises. */
  readonly look: EyeLook | undefined;
  /** Height of the opening between the lips by the distance of the outer eye corners. */
  readonly mouth: number;
}

/** {@link FaceMotion} as it is to be shown, of the driver itself: not yet counted from any rest. */
export interface SmoothMotion {
  /** [yaw, pitch, roll] degrees; null without a face. */
  readonly head: readonly number[] | null;
  /** [x, y] eye widths; null where the eyes say nothing. */
  readonly gaze: readonly number[] | null;
}

/** A frame's time and what was measured in it. */
export interface TimedMotion {
  /** Seconds; rises from frame to frame. */
  readonly time: number;
  /** Undefined without a face. */
  readonly motion: FaceMotion | undefined;
}

/** Degrees, and eye widths: see {@link SignalSmoothing.motion}. Eyes jump: they are averaged over a shorter time. */
const HEAD: SignalSmoothing = { reach: DEFAULT_REACH, spread: 0.12, motion: 2.5 };
const GAZE: SignalSmoothing = { reach: DEFAULT_REACH, spread: 0.06, motion: 0.05 };

/** Measures a face; one that was found in a turned picture as it was there. */
export function faceMotion({ points, turn = 0 }: FaceLandmarks): FaceMotion {
  return motionOf(turn === 0 ? points : turnPoints(points, turn));
}

/** {@link faceMotion} of bare landmarks: x0, y0, z0, x1, …, 468 or with irises 478. */
export function motionOf(points: ArrayLike<number>): FaceMotion {
  return { head: headAngles(points), look: eyeLook(points), mouth: mouthOpening(points) };
}

/** Height of the opening between the lips by the distance of the outer eye corners. */
function mouthOpening(points: ArrayLike<number>): number {
  const between = (a: number, b: number) => Math.hypot(points[3 * a] - points[3 * b], points[3 * a + 1] - points[3 * b + 1]);
  return between(13, 14) / Math.max(1e-6, between(33, 263));
}

/** How far an opening of the eyes lets irises be trusted, 0…1. */
export function irisTrust({ open }: EyeLook): number {
  return smoothstep((open - LIDS_CLOSED) / (0.4 * LIDS_CLOSED));
}

/**
 * The smoothed motion of one frame. While the lids close, the gaze is that of the frames around: it neither dips nor jumps with a blink.
 *
 * @param window the frame and its neighbours in order of time
 * @param centre index of the frame in `window`
 */
export function smoothMotionAt(window: readonly TimedMotion[], centre: number): SmoothMotion {
  if (!window[centre].motion) return { head: null, gaze: null };
  const heads = window.map(({ time, motion }): TimedSignal => ({ time, values: motion ? [motion.head.yaw, motion.head.pitch, motion.head.roll] : null, weight: 1 }));
  const gazes = window.map(({ time, motion }): TimedSignal => (motion?.look
    ? { time, values: [motion.look.x, motion.look.y], weight: irisTrust(motion.look) } : { time, values: null, weight: 0 }));
  return { head: smoothSignalAt(heads, centre, HEAD), gaze: smoothSignalAt(gazes, centre, GAZE) };
}
