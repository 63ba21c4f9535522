import { lastValueFrom, tap } from "rxjs";
import type { Frame } from "../frame.js";
import type { Embedding, FaceEngine } from "../model/engines/engine.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import { RunningRest } from "../model/rig/running-rest.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import { DEFAULT_REACH } from "../model/geometry/smooth-alignment.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { alignFaces } from "../operators/align-faces.js";
import { batchFrames } from "../operators/batch-frames.js";
import { composeFrames, type FramePainter } from "../operators/compose-frames.js";
import { countWeights } from "../operators/count-weights.js";
import { cropFaces } from "../operators/crop-faces.js";
import { easeMissing } from "../operators/ease-missing.js";
import type { ActiveFrame } from "../operators/face-frame.js";
import { generateFaces } from "../operators/generate-faces.js";
import { ownFrames, type Stretch } from "../operators/own-frames.js";
import type { StageClock } from "../operators/stage-clock.js";
import { readFaces } from "../operators/read-faces.js";
import { trackFace } from "../operators/track-face.js";
import { turnHeads } from "../operators/turn-heads.js";
import { writeFrames } from "../operators/write-frames.js";
import { Credits } from "../streams/credits.js";
import type { FrameReader } from "../streams/frame-reader.js";
import type { FrameSink } from "../streams/frame-sink.js";
import { framesFrom } from "../streams/frames-from.js";
import { expressive } from "./find-rest.js";
import type { ResolvedOptions } from "./options.js";

/** Frames that wait for the future their registration is smoothed with, at most. */
const LOOK_AHEAD = 16;
/** A live batch that does not fill goes on after so long, milliseconds. */
const BATCH_LATENCY = 200;

/** All of a sequence. */
const WHOLE: Stretch = { from: 0, to: Infinity };

/** What {@link renderFrames} works with; all of it stays its owner's. */
export interface RenderParts {
  readonly decoder: FrameReader;
  readonly sink: Pick<FrameSink, "write">;
  readonly painter: FramePainter;
  /** Serves this sequence alone while it runs. */
  readonly landmarks: LandmarkSource;
  readonly engine: FaceEngine;
  readonly embedding: Embedding;
  /** [51] what the photo shows. */
  readonly shown: ArrayLike<number>;
  /** The driver's; without it an estimate goes along with the frames. */
  readonly rest: DriverRest | undefined;
  readonly clock: StageClock;
  /** Whether frames come when they come: batches then do not wait to be full. */
  readonly live: boolean;
  /** The part of the decoder's frames that is rendered, when not all are. */
  readonly own?: OwnPart;
  /** Every frame that is rendered. */
  readonly onOwn?: (own: ActiveFrame) => void;
  /** Every frame that was written. */
  readonly onFrame?: (frame: Frame) => void;
}

/** A part of a video, which is cut into parts itself: none of them may depend on being rendered together with others. */
export interface OwnPart extends Stretch {
  /** Whether the decoder's frames begin where the video does. */
  readonly complete: boolean;
  /** Which part a frame shown at `time` belongs to. */
  readonly partOf: (time: number) => number;
  /** Where the tracker begins anew. */
  readonly restarts: readonly number[];
}

/** Which options decide what {@link renderFrames} shows. */
export type RenderOptions = Pick<ResolvedOptions, "batch" | "strength" | "missing" | "head" | "headStrength" | "gaze" | "expression">;

/** What {@link renderFrames} did: frames that were written, those in which a face was found, and those that could not be decoded. */
export interface Rendered {
  readonly frames: number;
  readonly faces: number;
  readonly undecoded: number;
}

/** The whole chain from decoded frames to written ones. */
export async function renderFrames(parts: RenderParts, options: RenderOptions): Promise<Rendered> {
  const { decoder, sink, painter, landmarks, engine, embedding, clock, live, own } = parts;
  const quiet = expressive(await sharedBasis());
  const credits = new Credits(LOOK_AHEAD + 3 * options.batch);
  let faces = 0, frames = 0, undecoded = 0;
  await lastValueFrom(framesFrom(decoder, credits).pipe(
    trackFace(landmarks, clock, () => options.gaze === "follow", own?.restarts),
    alignFaces({ maxFrames: LOOK_AHEAD }),
    easeMissing(options.missing),
    turnHeads(() => options, parts.rest ?? new RunningRest(quiet)),
    ownFrames(own ?? WHOLE, credits, {
      needsPast: options.missing !== "driver", complete: own?.complete !== false || options.missing === "ease", settled: DEFAULT_REACH,
    }),
    tap((active) => {
      if (active.face && active.shown) faces++;
      if (active.shown && active.frame.repeats) undecoded++;
      if (active.shown) parts.onOwn?.(active);
    }),
    cropFaces(clock),
    batchFrames(options.batch, { latency: live ? BATCH_LATENCY : Infinity, groupOf: own && (({ frame }) => own.partOf(frame.timestamp)) }),
    painter.takes === "motion" ? generateFaces(engine, embedding, clock) : readFaces(engine, clock),
    countWeights(() => options.expression, parts.rest ?? new RunningRest(quiet), parts.shown),
    composeFrames(painter, options, clock),
    writeFrames(sink, credits, clock),
    tap((frame) => {
      frames++;
      parts.onFrame?.(frame);
    }),
  ), { defaultValue: undefined });
  return { frames, faces, undecoded };
}
