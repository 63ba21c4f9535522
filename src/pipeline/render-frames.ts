import { lastValueFrom, tap, type OperatorFunction } from "rxjs";
import type { Frame } from "../frame.js";
import type { FaceEngine } from "../model/engines/engine.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import { RunningRest } from "../model/rig/running-rest.js";
import { STEADY_FRAMES, STEADY_REACH } from "../model/rig/steady-weights.js";
import { DEFAULT_REACH } from "../model/geometry/smooth-alignment.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { alignFaces, MAX_FRAMES } from "../operators/align-faces.js";
import { batchFrames } from "../operators/batch-frames.js";
import { composeFrames, type FramePainter } from "../operators/compose-frames.js";
import { countWeights } from "../operators/count-weights.js";
import { cropFaces } from "../operators/crop-faces.js";
import { easeMissing } from "../operators/ease-missing.js";
import type { ActiveFrame } from "../operators/face-frame.js";
import { generateFaces } from "../operators/generate-faces.js";
import { ownFrames, type Stretch } from "../operators/own-frames.js";
import { StageClock } from "../operators/stage-clock.js";
import { readFaces } from "../operators/read-faces.js";
import { steadyPoses } from "../operators/steady-poses.js";
import { trackFace } from "../operators/track-face.js";
import { turnHeads } from "../operators/turn-heads.js";
import { writeFrames } from "../operators/write-frames.js";
import { Credits } from "../streams/credits.js";
import type { FrameReader } from "../streams/frame-reader.js";
import type { FrameSink } from "../streams/frame-sink.js";
import { framesFrom } from "../streams/frames-from.js";
import type { ResolvedOptions } from "./options.js";
import type { Sitter } from "./sitter.js";

/** A live batch that does not fill goes on after so long, milliseconds. */
const BATCH_LATENCY = 200;

/** All of a sequence. */
const WHOLE: Stretch = { from: 0, to: Infinity };

/** What {@link reenactFrames} works with; all of it stays its owner's. A `Scene` has it all. */
export interface ChainParts {
  readonly painter: FramePainter;
  /** Serves this sequence alone while it runs. */
  readonly landmarks: LandmarkSource;
  readonly engine: FaceEngine;
  readonly sitter: Pick<Sitter, "identity" | "rig" | "expressive" | "shares">;
  /** The driver's; without it an estimate goes along with the frames. */
  readonly rest: DriverRest | undefined;
  readonly clock?: StageClock | undefined;
  /** Whether frames come when they come: batches then do not wait to be full. */
  readonly live: boolean;
  /** The part of the decoder's frames that is rendered, when not all are. */
  readonly own?: OwnPart;
  /** Every frame that is rendered. */
  readonly onOwn?: (own: ActiveFrame) => void;
}

/** What {@link renderFrames} works with; all of it stays its owner's. */
export interface RenderParts extends ChainParts {
  readonly decoder: FrameReader;
  readonly sink: Pick<FrameSink, "write">;
  /** Every frame that was written; its picture is written over afterwards. */
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

/** Which options decide what {@link reenactFrames} shows. */
export type RenderOptions = Pick<ResolvedOptions, "batch" | "strength" | "missing" | "head" | "headStrength" | "gaze" | "expression">;

/**
 * How many frames may be on the way through {@link reenactFrames} at once: fewer than it holds back to look ahead and to fill batches would
 * never come out.
 */
export function creditsFor({ batch }: Pick<RenderOptions, "batch">): Credits {
  return new Credits(MAX_FRAMES + STEADY_FRAMES + 3 * batch);
}

/** The driver's rest, or, where it is not known beforehand, an estimate that goes along with the frames; for one operator. */
export function restOf({ rest, sitter }: Pick<ChainParts, "rest" | "sitter">): DriverRest | RunningRest {
  return rest ?? new RunningRest(sitter.expressive);
}

/**
 * The whole chain between the driver's frames and those that are shown: one for one, in order, at the same times.
 * @param credits get back what the frames took that are decoded and not shown; see {@link creditsFor}
 */
export function reenactFrames(parts: ChainParts, options: RenderOptions, credits: Credits): OperatorFunction<Frame, Frame> {
  const { painter, landmarks, engine, sitter, live, own, clock = new StageClock() } = parts;
  return (frames) => frames.pipe(
    trackFace(landmarks, { clock, irises: () => options.gaze === "follow", restarts: own?.restarts }),
    alignFaces(),
    easeMissing(options.missing),
    turnHeads(() => options, restOf(parts)),
    ownFrames(own ?? WHOLE, credits, {
      needsPast: options.missing !== "driver", complete: own?.complete !== false || options.missing === "ease", settled: DEFAULT_REACH,
      around: STEADY_REACH,
    }),
    tap((active) => { if (active.shown) parts.onOwn?.(active); }),
  ).pipe(
    cropFaces(clock),
    batchFrames(options.batch, { latency: live ? BATCH_LATENCY : Infinity, groupOf: own && (({ frame }) => own.partOf(frame.timestamp)) }),
    painter.takes === "motion" ? generateFaces(engine, sitter.identity, clock) : readFaces(engine, clock),
    steadyPoses(),
    countWeights(() => options.expression, restOf(parts), sitter.rig.currentWeights, sitter.shares),
    composeFrames(painter, options, clock),
  );
}

/** What {@link renderFrames} did: frames that were written, those in which a face was found, and those that could not be decoded. */
export interface Rendered {
  readonly frames: number;
  readonly faces: number;
  readonly undecoded: number;
}

/** The whole chain from decoded frames to written ones. */
export async function renderFrames(parts: RenderParts, options: RenderOptions): Promise<Rendered> {
  const credits = creditsFor(options), { clock = new StageClock() } = parts;
  let faces = 0, frames = 0, undecoded = 0;
  const onOwn = (active: ActiveFrame) => {
    if (active.face) faces++;
    if (active.frame.repeats) undecoded++;
    parts.onOwn?.(active);
  };
  await lastValueFrom(framesFrom(parts.decoder, credits).pipe(
    reenactFrames({ ...parts, clock, onOwn }, options, credits),
    writeFrames(parts.sink, credits, clock),
    tap((frame) => {
      frames++;
      parts.onFrame?.(frame);
      parts.painter.recycle?.(frame.data);
    }),
  ), { defaultValue: undefined });
  return { frames, faces, undecoded };
}
