import type { Frame } from "../frame.js";
import type { Similarity } from "../model/geometry/similarity.js";
import type { MotionResult } from "../model/compositing/motion-result.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";

/** A frame of the driver on its way, and the face that was found in it, if any. */
export interface TrackedFrame {
  readonly frame: Frame;
  readonly face: FaceLandmarks | undefined;
}

/** {@link TrackedFrame} with its smoothed registration: crop pixels (0…96) to frame pixels; null without a face. */
export interface AlignedFrame extends TrackedFrame {
  readonly alignment: Similarity | null;
}

/** {@link AlignedFrame} with what is to be shown of it. */
export interface ActiveFrame extends AlignedFrame {
  /** How much of the generated expression is shown, 0…1. */
  readonly activity: number;
  /** False for a frame from before the stretch that is rendered: its face is generated for those after it that have none. */
  readonly shown: boolean;
}

/** {@link ActiveFrame} with what the network reads: [96, 96, 3] RGB in −1…1; null without a face. */
export interface CroppedFrame extends ActiveFrame {
  readonly crop: Float32Array | null;
}

/** {@link CroppedFrame} with the generated face; undefined without a face. */
export interface GeneratedFrame extends CroppedFrame {
  readonly generated: MotionResult | undefined;
}
