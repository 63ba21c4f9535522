import type { Frame } from "../frame.js";
import type { FaceMotion, SmoothMotion } from "../model/geometry/driver-motion.js";
import type { Similarity } from "../model/geometry/similarity.js";
import type { MotionResult } from "../model/compositing/motion-result.js";
import type { Gaze, HeadAngles, RigPose } from "../model/rig/rig-pose.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";

/** A frame of the driver on its way, and the face that was found in it, if any. */
export interface TrackedFrame {
  readonly frame: Frame;
  readonly face: FaceLandmarks | undefined;
}

/** {@link TrackedFrame} with its smoothed registration: crop pixels (0…96) to frame pixels; null without a face. */
export interface AlignedFrame extends TrackedFrame {
  readonly alignment: Similarity | null;
  /** How its head is held and where it looks, as measured; undefined without a face. */
  readonly motion?: FaceMotion | undefined;
  /** The same, smoothed; nothing where nobody measured it. */
  readonly moves?: SmoothMotion;
}

/** {@link AlignedFrame} with what is to be shown of it. */
export interface ActiveFrame extends AlignedFrame {
  /** How much of the generated expression is shown, 0…1. */
  readonly activity: number;
  /** How the head has turned and where the eyes look, from the driver's rest; as in the photo where nobody says. */
  readonly head?: HeadAngles;
  readonly gaze?: Gaze;
  /** False for a frame from before the stretch that is rendered: its face is generated for those after it that have none. */
  readonly shown: boolean;
}

/** {@link ActiveFrame} with what the network reads: [96, 96, 3] RGB in −1…1; null without a face. */
export interface CroppedFrame extends ActiveFrame {
  readonly crop: Float32Array | null;
}

/** What the network makes of a driver's face: a pose for the photo's rig, or a painted face with its motion. */
export interface DrivenFace {
  readonly pose?: RigPose;
  readonly motion?: MotionResult;
}

/** {@link CroppedFrame} with what the network makes of it; undefined without a face. */
export interface GeneratedFrame extends CroppedFrame {
  readonly generated: DrivenFace | undefined;
}
