/**
 * What a program that uses this package gets. `reenact()` does a whole job; the rest are its parts, for chains of one's own. Everything
 * that is opened is closed by whoever opened it. What goes wrong is a ReenactError, whose `code` says what.
 */

// A whole job: one video onto one photo.
export { reenact, type ReenactHooks } from "./pipeline/reenact.js";
// Many of them, with models that stay open; and what chains of one's own (`reenact/operators`) work with.
export { createReenactor, type Reenactor } from "./pipeline/reenactor.js";
export type { Scene, SceneHooks, SceneOptions } from "./pipeline/scene.js";
export type { FilePath } from "./file-path.js";
export { resolveOptions, type ReenactOptions, type ResolvedOptions } from "./pipeline/options.js";
export type { Progress, Summary } from "./pipeline/progress.js";
export type { Stage } from "./operators/stage-clock.js";

// Long jobs and many of them, in segments: what was stopped goes on where it was.
export { reenactResumable } from "./jobs/run-long.js";
export { batchFailure, reenactBatch, type BatchHooks, type BatchRequest } from "./jobs/batch.js";
export type { BatchEvent, BatchOutcome } from "./jobs/run-batch.js";
export { readJobsFile, type JobList, type LocatedEntry } from "./jobs/read-jobs-file.js";
export { jobsFileSchema } from "./jobs/jobs-file.js";
export { runStatus, type JobStatus, type RunStatus } from "./jobs/run-status.js";

// How well an output follows its driver.
export { scoreVideo, type FollowScores, type ScoreOptions } from "./pipeline/score-video.js";
export type { LikenessScores } from "./pipeline/video-judge.js";

// Errors, and the exit codes of the program.
export { EXIT_CODES, ReenactError, type ErrorCode } from "./errors.js";

// Pictures, as they go from part to part.
export type { Frame, Pixels } from "./frame.js";

// Video and photos in and out, through ffmpeg and sharp.
export { openInput, type InputOptions, type MediaInput } from "./streams/media-input.js";
export { probeVideo, type ProbeOptions } from "./streams/probe.js";
export type { AudioInfo, VideoInfo } from "./streams/video-info.js";
export { openDecoder, type DecodeOptions } from "./streams/decode.js";
export type { FrameReader } from "./streams/frame-reader.js";
export { openEncoder, type EncoderOptions } from "./streams/encode.js";
export type { EncoderSource } from "./streams/audio-plan.js";
export type { EncodeSummary, FrameSink } from "./streams/frame-sink.js";
export type { OutputFormat } from "./streams/container-formats.js";
export type { Cut } from "./streams/commands.js";
export type { Preset } from "./streams/video-encoders.js";
export { toNumber, type Rational } from "./streams/rational.js";
export { readPhoto, type Photo, type PhotoLimits } from "./streams/photo.js";
export { encodePicture, writeImage, type PictureFormat, type PictureOptions } from "./streams/write-image.js";
export { mediaTools, type Ffmpeg, type MediaTools, type Tool, type ToolOrigin } from "./streams/ffmpeg-path.js";
// From pictures that are pulled to an Observable of at most so many in flight.
export { Credits } from "./streams/credits.js";
export { framesFrom } from "./streams/frames-from.js";

// Faces: where they are in a picture.
export { openLandmarks, type LandmarkOptions } from "./model/landmarks/open-landmarks.js";
export type { DetectOptions, LandmarkSource } from "./model/landmarks/source.js";
export type { FaceLandmarks } from "./model/landmarks/face.js";
export { MANY_FACES, pickFace, type FaceChoice } from "./model/landmarks/pick-face.js";

// Registration: from a face to the 96×96 crop that the network reads.
export { alignFace, CROP_SIZE } from "./model/geometry/alignment.js";
export { sampleCrop } from "./model/geometry/sample-crop.js";
export type { Similarity } from "./model/geometry/similarity.js";
export { preparePhoto, type PhotoFace } from "./pipeline/prepare-photo.js";

// The network.
export { NetworkConfig } from "./model/network/config.js";
export type { Weights } from "./model/network/initialize.js";
export { loadWeights, shippedWeights, type LoadedModel } from "./model/weights/load-weights.js";
export { openEngine, type EngineKind } from "./model/engines/open-engine.js";
export type { Embedding, FaceEngine, GeneratedBatch } from "./model/engines/engine.js";
export { defaultCacheFolder, IdentityCache } from "./model/identity-cache.js";

// The photo's face, rigged once, in any pose at the photo's own resolution.
export { Rig } from "./model/rig/rig.js";
export type { RigOptions } from "./model/rig/rig-parts.js";
export { findPerson } from "./model/packaged/find-person.js";
export type { PersonMask } from "./model/rig/person-mask.js";
export { AHEAD, STRAIGHT, type Gaze, type HeadAngles, type RigPose } from "./model/rig/rig-pose.js";
export { sharedBasis } from "./model/rig/shared-basis.js";
export { weightsFromScores, weightVector, type ExpressionBasis } from "./model/synthesis/expression-basis.js";

// The network's own picture, put into the photo.
export { Compositor, type CompositorOptions } from "./model/compositing/compositor.js";
export type { MotionResult } from "./model/compositing/motion-result.js";
