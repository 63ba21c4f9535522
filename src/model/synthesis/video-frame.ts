import type { FaceCrop } from "./dataset.js";

/** A frame of a video of a person, registered as a driver's is. */
export interface VideoFrame extends FaceCrop {
  /** Frames with the same value show the same person. */
  readonly person: string;
  /** [51] 0…1 what it shows, counted from how the person rests. */
  readonly weights: Float32Array;
}
