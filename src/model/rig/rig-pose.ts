/** How far a head is turned, in degrees and relative to the photo: all 0 is the photo as it is. */
export interface HeadAngles {
  /** Positive: the face turns towards the picture's right. */
  readonly yaw: number;
  /** Positive: it nods down. */
  readonly pitch: number;
  /** Positive: clockwise in the picture. */
  readonly roll: number;
}

/** How far both irises are shifted from where the photo has them, as shares of the eye's width. */
export interface Gaze {
  /** Positive: towards the picture's right. */
  readonly x: number;
  /** Positive: down. */
  readonly y: number;
}

/** The head as the photo has it, and the eyes. */
export const STRAIGHT: HeadAngles = { yaw: 0, pitch: 0, roll: 0 };
export const AHEAD: Gaze = { x: 0, y: 0 };

/** What a rigged photo is to show in one frame. */
export interface RigPose {
  /** [51] expression weights, 0…1. */
  readonly weights: Float32Array;
  readonly head: HeadAngles;
  readonly gaze: Gaze;
}
