import { ReenactError } from "../errors.js";
import type { FaceEngine } from "../model/engines/engine.js";
import { DEFAULT_REACH } from "../model/geometry/smooth-alignment.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { PastTooShort } from "../operators/own-frames.js";
import { StageClock, type Stage } from "../operators/stage-clock.js";
import { openDecoder } from "../streams/decode.js";
import { openSegmentEncoder, type JoinableFormat } from "../streams/segment-encoder.js";
import type { Rational } from "../streams/rational.js";
import type { VideoInfo } from "../streams/video-info.js";
import { Closers } from "./closers.js";
import { driverDecoding } from "./driver-decoding.js";
import type { ResolvedOptions } from "./options.js";
import { createPainter } from "./painters.js";
import { renderFrames } from "./render-frames.js";
import type { Segment } from "./segment-grid.js";
import type { Sitter } from "./sitter.js";

/**
 * How far before its first frame a segment looks, seconds: easing needs half a second, smoothing a quarter, and what is left before that
 * the tracker needs to forget where it began.
 */
const LOOK_BACK = 0.6;
/** How far behind its last frame it looks, seconds: what smoothing needs, and a hair. */
const LOOK_AHEAD = DEFAULT_REACH + 1e-5;
/** What is known of a rendered segment beside its pictures. */
export interface SegmentFacts {
  readonly index: number;
  /** 0 where the video has no frame in it; there is no file then. */
  readonly frames: number;
  readonly faces: number;
  /** When its first and its last frame are shown, seconds from the input's start; 0 without frames. */
  readonly first: number;
  readonly last: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly encoder: string;
  readonly timeBase: Rational;
  readonly notes: readonly string[];
  /** Seconds it took. */
  readonly seconds: number;
  readonly stages: Partial<Record<Stage, number>>;
  readonly engine: string;
  readonly landmarks: string;
}

/** What {@link renderSegment} is told. */
export interface SegmentRequest {
  readonly info: VideoInfo;
  readonly segment: Segment;
  readonly options: ResolvedOptions;
  readonly format: JoinableFormat;
  readonly sitter: Sitter;
  /** Serves nobody else while it runs. */
  readonly landmarks: LandmarkSource;
  readonly engine: FaceEngine;
  /** The .mp4 to write: pictures alone, the first at time 0. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Frames written so far. */
  readonly onFrame?: ((frames: number) => void) | undefined;
}

/** A segment whose frames are all with the encoder: neither models nor decoder are needed any more, so the next one may begin. */
export interface RenderedSegment {
  /**
   * Waits until the encoder has written all of them; to be called in any case, once.
   *
   * @throws ReenactError as {@link openSegmentEncoder}'s sink does
   */
  finish(): Promise<SegmentFacts>;
}

/**
 * Renders the frames of a segment. It decodes some before and behind them as well, so that what comes out does not depend on where the
 * video is cut; it can be done again at any time with the same result.
 *
 * @throws ReenactError as {@link openDecoder} and {@link openSegmentEncoder} do
 */
export async function renderSegment(request: SegmentRequest): Promise<RenderedSegment> {
  // What `hold` shows may lie any time ago: then it is looked for further and further back.
  for (let lookBack = LOOK_BACK; ; lookBack *= 4) {
    try {
      return await render(request, lookBack);
    } catch (error) {
      if (!(error instanceof PastTooShort)) throw error;
    }
  }
}

async function render(request: SegmentRequest, lookBack: number): Promise<RenderedSegment> {
  const { info, segment, options, format, sitter, landmarks, engine, path, signal, onFrame } = request;
  const started = performance.now(), clock = new StageClock();
  const closers = new Closers();
  try {
    const from = Math.max(options.start, segment.start - lookBack);
    const end = segment.end === undefined || segment.end === options.end ? segment.end : segment.end + LOOK_AHEAD;
    const decoder = closers.add(await openDecoder(info, { start: from, end, signal, ...driverDecoding(options) }), (opened) => opened.close());
    const painter = createPainter(options.view, sitter.pixels, sitter.face, decoder);
    const { width, height } = painter;
    const encoder = await openSegmentEncoder({ path, format, width, height, info, crf: options.crf, preset: options.preset, signal });
    const sink = closers.add(encoder.sink, (opened) => opened.abort());
    const origin = await originOf(decoder);
    const own = { from: segment.start - origin, to: segment.end === undefined ? Infinity : segment.end - origin, complete: from <= options.start };
    let first = 0, last = 0, written = 0;
    const { frames, faces } = origin === Infinity ? { frames: 0, faces: 0 } : await renderFrames({
      decoder, sink, painter, landmarks, engine, embedding: sitter.embedding, clock, live: false, own,
      onOwn: ({ frame, begin }) => {
        first = origin + begin;
        last = first + frame.timestamp;
      },
      onFrame: () => onFrame?.(++written),
    }, options);
    const finish = async (): Promise<SegmentFacts> => {
      try {
        const notes = [...sitter.notes, ...(frames > 0 ? (await sink.finish()).notes : [])];
        return {
          index: segment.index, frames, faces, first, last, width, height, encoder: encoder.name, timeBase: encoder.timeBase, notes,
          seconds: (performance.now() - started) / 1000, stages: clock.perFrame(), engine: engine.name, landmarks: landmarks.name,
        };
      } finally {
        await closers.close();
      }
    };
    return { finish };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** When the first frame is shown; Infinity where there is none: a part of a video may be empty. */
async function originOf(decoder: { origin(): Promise<number> }): Promise<number> {
  try {
    return await decoder.origin();
  } catch (error) {
    if (error instanceof ReenactError && error.code === "INPUT_EMPTY") return Infinity;
    throw error;
  }
}
