import { mkdtemp, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReenactError } from "../errors.js";
import { MICROSECOND, type Frame } from "../frame.js";
import { throwIfAborted } from "./abort.js";
import { ByteReader, UnexpectedEndError } from "./byte-reader.js";
import { startChild, type Child } from "./child.js";
import { DECODER_CLOCK_OFFSET, decodeArguments, type Cut } from "./commands.js";
import { onProcessExit } from "./exit-hooks.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import type { FrameReader } from "./frame-reader.js";
import { fitWithin } from "./frame-size.js";
import { NutReader, type NutFrame } from "./nut-reader.js";
import { toSeconds, toTicks } from "./rational.js";
import type { VideoInfo } from "./video-info.js";

/** How {@link openDecoder} decodes. */
export interface DecodeOptions extends Cut {
  /** Ends the decoder when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** What timestamps count from: the first frame, or the input's start. The latter are the same numbers wherever the cut is. Default "first". */
  readonly timesFrom?: "first" | "input";
  /** How many frames are read ahead of who pulls, at least 1; default 4. */
  readonly highWater?: number;
  /** Pictures with a longer side than this are scaled down to it, pixels. */
  readonly maxSide?: number | undefined;
  /** Saves about 3 ms a frame of 512×512 and makes colours about 1.3/255 darker: enough for a model to look at, not for a viewer. */
  readonly quick?: boolean;
  /** The programs to use; found by default. */
  readonly tools?: MediaTools | undefined;
}

/** A folder for the sound of a live input. */
async function audioFolder(info: VideoInfo): Promise<{ path: string; remove: () => Promise<void> } | undefined> {
  if (!info.input.live || info.audio.length === 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "reenact-sound-"));
  const forget = onProcessExit(() => rmSync(folder, { recursive: true, force: true }));
  const remove = async () => {
    forget();
    await rm(folder, { recursive: true, force: true });
  };
  return { path: join(folder, "sound.nut"), remove };
}

/**
 * Starts decoding `info`'s picture track to RGB: upright, square pixels, every frame once and with its exact time, from `start`
 * up to before `end` (seconds from the input's start).
 * @throws {ReenactError} USAGE when the cut is empty, FFMPEG_MISSING, ABORTED.
 */
export async function openDecoder(info: VideoInfo, options: DecodeOptions = {}): Promise<FrameReader> {
  const { start = 0, end, signal, highWater = 4, timesFrom = "first", maxSide, quick = false } = options;
  if (!(start >= 0) || !(end === undefined || end > start)) {
    throw new ReenactError("USAGE", `Expected a cut that ends after it starts, from 0 on, but received ${start} s to ${end} s.`);
  }
  throwIfAborted(signal);
  const { ffmpeg } = options.tools ?? (await mediaTools());
  const { width, height } = fitWithin(info, maxSide);
  const audio = await audioFolder(info);
  const args = decodeArguments({ ffmpeg, info, cut: { start, end }, width, height, quick, audioFile: audio?.path });
  try {
    const child = startChild(ffmpeg.path, args, { stdout: "pipe", env: ffmpeg.env, signal });
    return new Decoder(info, { start, end }, { width, height }, child, { highWater, timesFrom }, audio);
  } catch (error) {
    await audio?.remove();
    throw error;
  }
}

class Decoder implements FrameReader {
  readonly width: number;
  readonly height: number;
  readonly audioFile: string | undefined;
  private readonly nut: NutReader;
  /** Frames read ahead or being read, in order. Each read starts when the one before is done; there are never more than `highWater`. */
  private readonly ahead: Promise<Frame | undefined>[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private readonly first: Promise<Frame | undefined>;
  private firstPts = 0;
  private count = 0;
  private ended = false;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly info: VideoInfo,
    private readonly cut: Cut,
    size: { width: number; height: number },
    private readonly child: Child,
    private readonly reading: { readonly highWater: number; readonly timesFrom: "first" | "input" },
    private readonly audio: { path: string; remove: () => Promise<void> } | undefined,
  ) {
    ({ width: this.width, height: this.height } = size);
    this.audioFile = audio?.path;
    if (child.stdout === null) throw new Error("Expected a decoder with a stdout");
    this.nut = new NutReader(new ByteReader(child.stdout));
    this.first = this.readAhead();
    while (this.ahead.length < Math.max(1, reading.highWater)) void this.readAhead();
  }

  async origin(): Promise<number> {
    if ((await this.first) === undefined) throw new Error("The decoder was closed before its first frame");
    return this.inputTime(this.firstPts);
  }

  async next(): Promise<Frame | undefined> {
    if (this.closing !== undefined) throw new Error("The decoder is closed");
    const frame = this.ahead.shift();
    void this.readAhead();
    return frame;
  }

  close(): Promise<void> {
    this.closing ??= this.child.stop().then(() => this.audio?.remove());
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
      const picture = await this.pictureInCut();
      if (picture !== undefined) return this.frame(picture);
      if (this.closing !== undefined) return undefined;
      await this.child.done();
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
  private inputTime(pts: number): number {
    const { timeBase } = this.nut;
    if (this.info.input.live) return toSeconds(pts, timeBase);
    // ffmpeg adds its offset in whole ticks.
    return toSeconds(pts - toTicks(DECODER_CLOCK_OFFSET, timeBase), timeBase) - this.info.start;
  }

  /** The next picture between the cut's ends: ffmpeg may give more. */
  private async pictureInCut(): Promise<NutFrame | undefined> {
    const { start = 0, end = Infinity } = this.cut;
    for (;;) {
      const picture = await this.nut.next();
      if (picture === undefined || this.info.input.live) return picture;
      const time = this.inputTime(picture.pts);
      if ((start === 0 || time >= start - MICROSECOND) && time < end - MICROSECOND) return picture;
    }
  }

  private frame({ pts, data }: NutFrame): Frame {
    const { width, height } = this;
    if (data.length !== width * height * 3) throw new Error(`Expected a picture of ${width}×${height} from ffmpeg but received ${data.length} bytes`);
    if (this.count === 0) this.firstPts = pts;
    const timestamp = this.reading.timesFrom === "input" ? this.inputTime(pts) : toSeconds(pts - this.firstPts, this.nut.timeBase);
    return { data, width, height, index: this.count++, timestamp };
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
