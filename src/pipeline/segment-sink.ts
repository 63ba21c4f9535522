import type { Frame } from "../frame.js";
import type { Stage, StageClock } from "../operators/stage-clock.js";
import type { FrameSink } from "../streams/frame-sink.js";
import type { Rational } from "../streams/rational.js";
import type { SegmentEncoder } from "../streams/segment-encoder.js";
import type { Progress } from "./progress.js";
import { segmentIndexAt, type SegmentGrid } from "./segment-grid.js";

/** What is known of a rendered segment beside its pictures. */
export interface SegmentFacts {
  readonly index: number;
  /** 0 where the video has no frame in it; there is no file then. */
  readonly frames: number;
  readonly faces: number;
  /** Frames of the driver that could not be decoded. */
  readonly undecoded: number;
  /** When its first and its last frame are shown, seconds from the input's start; 0 without frames. */
  readonly first: number;
  readonly last: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly encoder: string;
  readonly timeBase: Rational;
  readonly notes: readonly string[];
  /** Seconds from the end of the segment before it to its own. */
  readonly seconds: number;
  /** Means over everything that was rendered with it so far. */
  readonly stages: Partial<Record<Stage, number>>;
  readonly engine: string;
  readonly landmarks: string;
}

/** Where segments go. */
export interface SegmentKeeper {
  /** The .mp4 to write a segment's pictures to: pictures alone, the first at time 0. */
  pathOf(index: number): Promise<string>;
  /** Takes a finished segment; those of a call are taken in order, one at a time. */
  keep(facts: SegmentFacts): Promise<void>;
  /** Frames of a segment written so far, and mean milliseconds in each stage. */
  readonly onFrame?: ((index: number, frames: number, stages: Progress["stages"]) => void) | undefined;
}

/** What a {@link SegmentSink} works with. */
export interface SegmentSinkOptions extends SegmentKeeper {
  readonly grid: SegmentGrid;
  /** Index of the first segment, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly encoder: SegmentEncoder;
  readonly clock: StageClock;
  readonly notes: readonly string[];
  readonly models: { readonly engine: string; readonly landmarks: string };
}

/** A segment in the making. */
interface Open {
  readonly sink: FrameSink;
  readonly first: number;
  last: number;
  frames: number;
}

/** Takes the frames of consecutive segments, timed from the input's start, and writes each segment with an encoder of its own. */
export class SegmentSink implements Pick<FrameSink, "write"> {
  readonly #options: SegmentSinkOptions;
  readonly #seen = new Map<number, { faces: number; undecoded: number }>();
  /** Index of the segment whose frames come, and what is open of it: nothing before its first frame. */
  #index: number;
  #open: Open | undefined;
  /** The one before, which its encoder still completes. */
  #finishing: Promise<void> = Promise.resolve();
  #unfinished: FrameSink | undefined;
  #turned = performance.now();

  constructor(options: SegmentSinkOptions) {
    this.#options = options;
    this.#index = options.first;
  }

  /** Counts what was found of the frame shown at `time`; to be said before that frame is written. */
  noteFrame(time: number, { face, undecoded }: { face: boolean; undecoded: boolean }): void {
    const index = segmentIndexAt(this.#options.grid, time), seen = this.#seen.get(index);
    this.#seen.set(index, { faces: (seen?.faces ?? 0) + Number(face), undecoded: (seen?.undecoded ?? 0) + Number(undecoded) });
  }

  async write(frame: Frame): Promise<void> {
    const { grid, encoder, clock, onFrame, pathOf } = this.#options;
    const index = segmentIndexAt(grid, frame.timestamp);
    while (this.#index < index) await this.#turn();
    this.#open ??= { sink: encoder.open(await pathOf(index)), first: frame.timestamp, last: 0, frames: 0 };
    const open = this.#open;
    await open.sink.write({ ...frame, index: open.frames, timestamp: frame.timestamp - open.first });
    open.last = frame.timestamp;
    open.frames++;
    onFrame?.(index, open.frames, clock.perFrame());
  }

  /** Completes the last segment, and those behind it that have no frame. */
  async finish(): Promise<void> {
    const { first, count } = this.#options;
    while (this.#index < first + count) await this.#turn();
    await this.#finishing;
  }

  /** Gives up what is not finished. */
  async abort(): Promise<void> {
    await Promise.all([this.#open?.sink.abort(), this.#unfinished?.abort()]);
    await this.#finishing.catch(() => {}); // told already, or its own abort
  }

  /** Goes on to the next segment. The encoder completes the one before meanwhile; never more than one. */
  async #turn(): Promise<void> {
    await this.#finishing;
    const now = performance.now(), seconds = (now - this.#turned) / 1000;
    this.#finishing = this.#complete(this.#index, this.#open, seconds);
    this.#finishing.catch(() => {}); // whoever waits for it hears of it
    this.#turned = now;
    this.#index++;
    this.#open = undefined;
  }

  async #complete(index: number, open: Open | undefined, seconds: number): Promise<void> {
    const { encoder: { name, timeBase, width, height }, clock, notes, models, keep } = this.#options;
    this.#unfinished = open?.sink;
    const stages = clock.perFrame();
    const encoded = open ? (await open.sink.finish()).notes : [];
    await keep({
      index, frames: open?.frames ?? 0, ...(this.#seen.get(index) ?? { faces: 0, undecoded: 0 }), first: open?.first ?? 0, last: open?.last ?? 0,
      width, height, encoder: name, timeBase, notes: [...notes, ...encoded], seconds, stages, ...models,
    });
  }
}
