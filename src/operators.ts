/**
 * `reenact/operators`: the parts of the pipeline, for chains of one's own in RxJS. A scene (`createReenactor().open(…)` of the main entry)
 * holds what they work with; `framesFrom` pulls its decoder's frames, and `writeFrames` gives an encoder those that are shown:
 *
 *     decoder ─ framesFrom ─ trackFace ─ alignFaces ─ easeMissing ─ turnHeads ─ cropFaces ─ batchFrames ─ readFaces ─ steadyPoses
 *             ─ countWeights ─ composeFrames ─ writeFrames ─ encoder
 *
 * `reenactFrames` is all between the two ends as one operator, `renderFrames` the whole chain, run. Frames stay in order, one for one, and
 * go through the stages with their times; an operator adds what it found to the frame (`TrackedFrame` → `AlignedFrame` → … ). RxJS has no
 * back-pressure: `Credits` bound how many frames are on the way. Each operator is of one subscription's frames; what goes wrong is an error
 * of the Observable.
 */

// From pulled frames to an Observable with so many in flight, and back.
export { Credits } from "./streams/credits.js";
export { framesFrom } from "./streams/frames-from.js";
export { writeFrames } from "./operators/write-frames.js";
export { creditsFor, reenactFrames, renderFrames, restOf, type ChainParts, type OwnPart, type Rendered, type RenderOptions, type RenderParts } from "./pipeline/render-frames.js";

// One stage each, in the order of the chain.
export { trackFace, type TrackOptions } from "./operators/track-face.js";
export { alignFaces } from "./operators/align-faces.js";
export { alignLive } from "./operators/align-live.js";
export { easeMissing } from "./operators/ease-missing.js";
export { turnHeads, type TurnOptions } from "./operators/turn-heads.js";
export { ownFrames, PastTooShort, type PastOptions, type Stretch } from "./operators/own-frames.js";
export { cropFaces } from "./operators/crop-faces.js";
export { batchFrames, type BatchOptions } from "./operators/batch-frames.js";
export { readFaces } from "./operators/read-faces.js";
export { generateFaces } from "./operators/generate-faces.js";
export { steadyPoses, steadyPosesLive } from "./operators/steady-poses.js";
export { countWeights } from "./operators/count-weights.js";
export { composeFrames, type ComposeOptions, type FramePainter } from "./operators/compose-frames.js";
export { StageClock, type Stage } from "./operators/stage-clock.js";

// What goes from stage to stage.
export type { ActiveFrame, AlignedFrame, CroppedFrame, DrivenFace, GeneratedFrame, TrackedFrame } from "./operators/face-frame.js";
export type { Frame, Pixels } from "./frame.js";
export type { FaceMotion, SmoothMotion } from "./model/geometry/driver-motion.js";
export type { MissingPolicy } from "./model/geometry/missing.js";
export type { ExpressionMode } from "./model/rig/count-from-rest.js";
export type { DriverRest } from "./model/rig/driver-rest.js";
export { RunningRest } from "./model/rig/running-rest.js";

// Painters: from a face to the picture that is shown.
export { createPainter, FACE_VIEW_SIZE, type View } from "./pipeline/painters.js";
export { fitPicture } from "./pipeline/fit-picture.js";
export type { Sitter } from "./pipeline/sitter.js";
