import { ReenactError } from "../errors.js";
import type { FaceEngine } from "../model/engines/engine.js";
import { DEFAULT_REACH } from "../model/geometry/smooth-alignment.js";
import { UNKNOWN_REST } from "../model/rig/driver-rest.js";
import { STEADY_REACH } from "../model/rig/steady-weights.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import { PastTooShort } from "../operators/own-frames.js";
import { StageClock } from "../operators/stage-clock.js";
import { openDecoder } from "../streams/decode.js";
import type { FrameReader } from "../streams/frame-reader.js";
import { planSegmentEncoder, type JoinableFormat } from "../streams/segment-encoder.js";
import type { VideoInfo } from "../streams/video-info.js";
import { Closers } from "./closers.js";
import { driverDecoding } from "./driver-decoding.js";
import type { ResolvedOptions } from "./options.js";
import type { Driver } from "./find-driver.js";
import { turnNotes } from "./find-turn.js";
import { createPainter } from "./painters.js";
import { renderFrames } from "./render-frames.js";
import { segmentAt, segmentIndexAt, segmentIndices, type SegmentGrid } from "./segment-grid.js";
import { SegmentSink, type SegmentKeeper } from "./segment-sink.js";
import type { Sitter } from "./sitter.js";

/**
 * How far before its first frame a segment looks, seconds: a head that goes over from one scene to the next needs four tenths of a second, what it
 * goes over from may lie half a second further back, and each of these frames is smoothed over a quarter.
 */
const LOOK_BACK = 1.3;
/** How far behind its last frame it looks, seconds: what smoothing needs, and a hair. */
const LOOK_AHEAD = DEFAULT_REACH + STEADY_REACH + 1e-5;

/** What {@link renderSegments} is told. */
export interface SegmentsRequest extends SegmentKeeper {
  readonly info: VideoInfo;
  readonly grid: SegmentGrid;
  /** Index of the first segment, and how many are rendered. */
  readonly first: number;
  readonly count: number;
  readonly options: Omit<ResolvedOptions, "photo" | "input" | "output">;
  readonly format: JoinableFormat;
  readonly sitter: Sitter;
  /** The same for all segments of a video. */
  readonly driver: Driver;
  /** Serves nobody else while it runs. */
  readonly landmarks: LandmarkSource;
  readonly engine: FaceEngine;
  readonly signal?: AbortSignal | undefined;
  /** All frames are with the encoder: models and decoder are not used any more. */
  readonly onRendered?: (() => void) | undefined;
}

/**
 * Renders segments that follow one another, each into a file of its own. What comes out of a segment does not depend on where the video
 * is cut, nor on which segments are rendered together: a few frames before the first and behind the last are decoded as well, and a
 * little before every cut the tracker begins anew, as it does where the segment behind that cut is rendered alone. It can be done again
 * at any time with the same result.
 *
 * @throws ReenactError as {@link openDecoder}, the encoders' sinks and {@link SegmentKeeper.keep} do
 */
export async function renderSegments(request: SegmentsRequest): Promise<void> {
  // What `hold` shows may lie any time ago: then it is looked for further and further back, as if all segments from there on were rendered.
  for (let back = 0; ; back = Math.max(1, 2 * back)) {
    try {
      return await render(request, Math.max(0, request.first - back));
    } catch (error) {
      if (!(error instanceof PastTooShort)) throw error;
    }
  }
}

/** @param from index of the segment with whose frames the looking begins */
async function render(request: SegmentsRequest, from: number): Promise<void> {
  const { info, grid, options, format, sitter, engine, signal, onRendered, driver: { turn, rest = UNKNOWN_REST } } = request;
  const landmarks = turnedSource(request.landmarks, turn);
  const own = { first: segmentAt(grid, request.first), last: segmentAt(grid, request.first + request.count - 1) };
  const clock = new StageClock(), closers = new Closers();
  try {
    const begin = Math.max(grid.start, segmentAt(grid, from).start - LOOK_BACK);
    const end = own.last.index === grid.count - 1 ? grid.end : Math.min(own.last.end! + LOOK_AHEAD, grid.end ?? Infinity);
    const decoder = closers.add(await openDecoder(info, { start: begin, end, timesFrom: "input", signal, ...driverDecoding(options) }), (opened) => opened.close());
    const painter = createPainter(options.view, sitter, decoder);
    const { encoder: named, crf, preset } = options;
    const encoder = await planSegmentEncoder({ format, width: painter.width, height: painter.height, info, signal, encoder: named, crf, preset });
    const models = { engine: engine.name, landmarks: landmarks.name };
    const sink = closers.add(new SegmentSink({ ...request, encoder, clock, notes: [...sitter.notes, ...turnNotes(turn, `The face in \`${info.input.label}\``)], models }), (opened) => opened.abort());
    if (!(await isEmpty(decoder))) {
      await renderFrames({
        decoder, sink, painter, landmarks, engine, sitter, rest, clock, live: false,
        own: {
          from: own.first.start, to: own.last.end ?? Infinity, complete: begin <= grid.start,
          partOf: (time) => segmentIndexAt(grid, time),
          restarts: segmentIndices(grid).map((index) => segmentAt(grid, index).start - LOOK_BACK),
        },
        onOwn: ({ frame: { timestamp, repeats }, face }) => sink.noteFrame(timestamp, { face: face !== undefined, undecoded: repeats === true }),
      }, options);
    }
    onRendered?.();
    await sink.finish();
  } finally {
    await closers.close();
  }
}

/** Whether there is no frame at all: a part of a video may be empty. */
async function isEmpty(decoder: FrameReader): Promise<boolean> {
  try {
    await decoder.origin();
    return false;
  } catch (error) {
    if (error instanceof ReenactError && error.code === "INPUT_EMPTY") return true;
    throw error;
  }
}
