import { setImmediate as turn } from "node:timers/promises";
import { ReenactError } from "../errors.js";
import { MICROSECOND, type Frame } from "../frame.js";
import { ByteReader, UnexpectedEndError } from "./byte-reader.js";
import type { Child } from "./child.js";
import type { Beside } from "./decode.js";
import { DECODER_CLOCK_OFFSET, type Cut } from "./commands.js";
import type { MediaTools } from "./ffmpeg-path.js";
import type { FrameReader } from "./frame-reader.js";
import { NutReader } from "./nut-reader.js";
import { toNumber, toSeconds, toTicks } from "./rational.js";
import { StatedTimes } from "./stated-times.js";
import { Timeline, type Picture } from "./timeline.js";
import type { VideoInfo } from "./video-info.js";

/** How a {@link Decoder} reads. */
export interface Reading {
  readonly highWater: number;
  readonly timesFrom: "first" | "input";
  readonly tools: MediaTools;
  readonly signal: AbortSignal | undefined;
  /** Decodes the same input in the same way from another time on, seconds from its start. */
  readonly further: (from: number) => Promise<FrameReader>;
}

/** A running ffmpeg as a reader of its frames. */
export class Decoder implements FrameReader {
  readonly width: number;
  readonly height: number;
  readonly audioFile: string | undefined;
  private readonly nut: NutReader;
  private readonly timeline: Timeline;
  /** The last picture before the cut, where it was decoded from further back; and whether anything was wrong by the time of the first one. */
  private past: Uint8Array | undefined;
  private entry: "clean" | "damaged" | undefined;
  private meet = () => {};
  private readonly met = new Promise<void>((resolve) => { this.meet = resolve; });
  /** Frames read ahead or being read, in order. Each read starts when the one before is done; there are never more than `highWater`. */
  private readonly ahead: Promise<Frame | undefined>[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private readonly first: Promise<Frame | undefined>;
  private firstTicks = 0;
  private count = 0;
  private ended = false;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly info: VideoInfo,
    private readonly cut: Cut,
    size: { width: number; height: number },
    private readonly child: Child,
    private readonly reading: Reading,
    private readonly beside: Beside | undefined,
  ) {
    ({ width: this.width, height: this.height } = size);
    this.audioFile = beside?.audioFile;
    if (child.stdout === null) throw new Error("Expected a decoder with a stdout");
    this.nut = new NutReader(new ByteReader(child.stdout));
    const { frameRate, timeBase, codec, interlaced } = info;
    this.timeline = new Timeline({
      decoded: () => this.pictureInCut(),
      damaged: () => this.damaged(),
      stated: (from) => new StatedTimes(info, reading.tools.ffprobe, { start: from === undefined ? cut.start : Math.max(0, this.inputTime(from)), end: cut.end }, reading.signal),
      wanted: (ticks) => this.inCut(ticks),
      // Their packets may hold a picture that is not shown, or half of one.
      apart: interlaced || /^(vp8|vp9|av1)$/.test(codec) ? toTicks(0.6 / toNumber(frameRate), timeBase) : 0,
      past: () => this.past,
      future: () => this.future(),
    });
    this.first = this.readAhead();
    while (this.ahead.length < Math.max(1, reading.highWater)) void this.readAhead();
  }

  async origin(): Promise<number> {
    if ((await this.first) === undefined) throw new ReenactError("USAGE", "Expected an open decoder but it was closed before its first frame: open another one.");
    return this.inputTime(this.firstTicks);
  }

  /**
   * Waits for the first picture that is decoded: whether nothing was wrong by then. With `enough` it is enough that some picture lies
   * before the cut.
   */
  async entered(enough: boolean): Promise<boolean> {
    // Whoever pulls the first frame gets its error.
    const first = this.first.then(() => {}, () => {});
    await Promise.race([this.met, first]);
    if (this.entry !== "damaged") return true;
    if (enough) await first;
    return enough && this.past !== undefined;
  }

  async next(): Promise<Frame | undefined> {
    if (this.closing !== undefined) throw new ReenactError("USAGE", "Expected an open decoder but it was closed: open another one.");
    const frame = this.ahead.shift();
    void this.readAhead();
    return frame;
  }

  close(): Promise<void> {
    this.closing ??= Promise.all([this.child.stop(), this.timeline.close()]).then(() => this.beside?.remove());
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame, void, undefined> {
    try {
      for (let frame = await this.next(); frame !== undefined; frame = await this.next()) yield frame;
    } finally {
      // A live input's sound is still needed after its last frame.
      if (!this.ended) await this.close();
    }
  }

  private readAhead(): Promise<Frame | undefined> {
    const frame = this.last.then(() => this.read());
    // Whoever pulls this frame gets its error; until then it is nobody's.
    this.last = frame.catch(() => {});
    this.ahead.push(frame);
    return frame;
  }

  private async read(): Promise<Frame | undefined> {
    if (this.ended || this.closing !== undefined) return undefined;
    try {
      const picture = await this.timeline.next();
      if (picture !== undefined) return this.frame(picture);
      if (this.closing !== undefined) return undefined;
    } catch (error) {
      if (this.closing !== undefined) return undefined;
      throw await this.explain(error);
    }
    this.ended = true;
    if (this.count === 0) {
      const { start = 0, end } = this.cut;
      const where = start > 0 || end !== undefined ? ` from ${start} s to ${end === undefined ? "its end" : `${end} s`}` : "";
      throw new ReenactError("INPUT_EMPTY", `Expected at least one picture but \`${this.info.input.label}\` has none${where}.`);
    }
    return undefined;
  }

  /** Seconds from the input's start. */
  private inputTime(ticks: number): number {
    const { input, timeBase, start } = this.info;
    return toSeconds(ticks, timeBase) - (input.live ? 0 : start);
  }

  /** ffmpeg may give more than was asked for. */
  private inCut(ticks: number): boolean {
    const { start = 0, end = Infinity } = this.cut, time = this.inputTime(ticks);
    return (start === 0 || time >= start - MICROSECOND) && time < end - MICROSECOND;
  }

  /** The next decoded picture between the cut's ends. */
  private async pictureInCut(): Promise<Picture | undefined> {
    const { live } = this.info.input, { timeBase } = this.info;
    for (;;) {
      const picture = await this.nut.next();
      this.entry ??= picture !== undefined && !(await this.damaged()) ? "clean" : "damaged";
      this.meet();
      if (picture === undefined) {
        if (this.closing === undefined) await this.child.done();
        return undefined;
      }
      // ffmpeg adds its offset in whole ticks.
      const { timeBase: clock } = this.nut, offset = live ? 0 : toTicks(DECODER_CLOCK_OFFSET, clock);
      const ticks = toTicks(toSeconds(picture.pts - offset, clock), timeBase);
      if (live || this.inCut(ticks)) return { ticks, data: picture.data };
      if (this.inputTime(ticks) < (this.cut.start ?? 0)) this.past = picture.data;
    }
  }

  /**
   * Whether ffmpeg complained of anything before it wrote what was read last. A turn of the event loop reads what was there when it began:
   * the one under way may have begun before the complaint, the next one did not.
   */
  private async damaged(): Promise<boolean> {
    if (this.info.input.live) return false;
    for (let turns = 0; turns < 2 && this.child.stderrTail() === ""; turns++) await turn();
    return this.child.stderrTail() !== "";
  }

  /** The first picture after the cut. */
  private async future(): Promise<Uint8Array> {
    const { end } = this.cut, { label } = this.info.input;
    const unreadable = new ReenactError("INPUT_UNREADABLE", `None of the pictures of \`${label}\` can be decoded: it is damaged; copy or record it again.`);
    if (end === undefined || this.closing !== undefined) throw unreadable;
    await using after = await this.reading.further(end);
    const frame = await after.next().catch((error: unknown) => {
      throw error instanceof ReenactError && error.code === "INPUT_EMPTY" ? unreadable : error;
    });
    if (frame === undefined) throw unreadable;
    return frame.data;
  }

  private frame({ ticks, data, repeats }: Picture): Frame {
    const { width, height } = this;
    if (data.length !== width * height * 3) throw new Error(`Expected a picture of ${width}×${height} from ffmpeg but received ${data.length} bytes`);
    if (this.count === 0) this.firstTicks = ticks;
    const timestamp = this.reading.timesFrom === "input" ? this.inputTime(ticks) : toSeconds(ticks - this.firstTicks, this.info.timeBase);
    return { data, width, height, index: this.count++, timestamp, ...(repeats && { repeats }) };
  }

  /** A stream that breaks off says little: why it did is known to the process that wrote it. */
  private async explain(error: unknown): Promise<unknown> {
    const cause = error instanceof UnexpectedEndError ? await this.child.done().then(() => error, (reason: unknown) => reason) : error;
    if (cause instanceof ReenactError) return cause;
    const detail = this.child.stderrTail().split("\n")[0] ?? "";
    const message = `Decoding \`${this.info.input.label}\` failed after ${this.count} frames${detail === "" ? "" : ` (${detail})`}.`;
    return new ReenactError("INPUT_UNREADABLE", message, { cause });
  }
}
