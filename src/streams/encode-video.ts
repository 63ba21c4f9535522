import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Writable } from "node:stream";
import { ReenactError } from "../errors.js";
import type { Frame } from "../frame.js";
import { abortError, onAbort, throwIfAborted } from "./abort.js";
import type { AudioPlan } from "./audio-plan.js";
import { startChild, type Child } from "./child.js";
import { encodeArguments, type AudioInput } from "./commands.js";
import type { Container } from "./container-formats.js";
import { explainEncodeFailure } from "./encode-failure.js";
import type { Ffmpeg } from "./ffmpeg-path.js";
import { completeFile } from "./finish-file.js";
import type { EncodeSummary, FrameSink } from "./frame-sink.js";
import { evenSize, padToEven } from "./frame-size.js";
import { matroskaFrameHeader, matroskaHeader } from "./matroska-writer.js";
import { muxSound } from "./mux-sound.js";
import type { OutputTarget } from "./output-target.js";
import { PartFile } from "./part-file.js";
import { toNumber, toSeconds, toTicks, type Rational } from "./rational.js";
import { SYNTHETIC_METADATA } from "./synthetic-mark.js";
import type { VideoEncoder } from "./video-encoders.js";

/** What {@link openVideoSink} is told: everything is decided already. */
export interface VideoSinkOptions {
  readonly target: Exclude<OutputTarget, { kind: "sequence" }>;
  /** Whether a file that has its name when it is complete may go; default no. */
  readonly overwrite?: boolean | undefined;
  readonly ffmpeg: Ffmpeg;
  readonly container: Container;
  readonly encoder: VideoEncoder;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly audioPlan: AudioPlan;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly stdout?: NodeJS.WritableStream | undefined;
}

/** Starts the encoder; nothing is awaited, and nothing is known of its success before the first `write`. */
export function openVideoSink(options: VideoSinkOptions): FrameSink {
  throwIfAborted(options.signal);
  return new VideoSink(options);
}

/** A GIF that shows a picture for less than two hundredths of a second is shown slowly by players. */
const GIF_LEAST_TICKS = 2;

class VideoSink implements FrameSink {
  readonly notes: readonly string[];
  private readonly part: PartFile | undefined;
  private readonly child: Child;
  /** Settled when all of a pipe's output has gone through; a rejection is kept for whoever asks. */
  private readonly piped: Promise<void>;
  private pipeFailure: unknown;
  private readonly removeAbort: () => void;
  private state: "open" | "finishing" | "finished" | "aborted" = "open";
  private frames = 0;
  private left = 0;
  private lastTick = -1;
  private previousTick = -1;

  constructor(private readonly options: VideoSinkOptions) {
    const { target, ffmpeg, container, encoder, frameRate, audioPlan, signal } = options;
    this.notes = [...encoder.notes, ...audioPlan.notes];
    this.part = target.kind === "file" ? PartFile.beside(target.path) : undefined;
    const clock = container.muxer === "mp4" || container.muxer === "mov" ? ["-video_track_timescale", String(encoder.timeBase.den)] : [];
    const args = encodeArguments({
      ffmpeg,
      timeBase: encoder.timeBase,
      firstFrameAt: audioPlan.firstFrameAt,
      filter: encoder.filter,
      video: encoder.options,
      audio: audioPlan.later ? undefined : audioPlan.input,
      container: [...clock, ...(this.part === undefined ? container.pipeOptions : container.fileOptions), "-f", container.muxer],
      metadata: { ...SYNTHETIC_METADATA, ...options.metadata },
      path: this.part?.path,
    });
    this.child = startChild(ffmpeg.path, args, { stdin: "pipe", stdout: this.part === undefined ? "pipe" : "ignore", env: ffmpeg.env, signal });
    this.removeAbort = onAbort(signal, () => void this.abort());
    this.piped = this.pipeOut();
    const size = encoder.even ? evenSize(options) : options;
    this.child.stdin?.write(matroskaHeader(size.width, size.height, frameRate));
  }

  async write(frame: Frame): Promise<void> {
    this.check();
    const { width, height, encoder, container } = this.options;
    if (frame.width !== width || frame.height !== height) {
      throw new ReenactError("USAGE", `Expected frames of ${width}×${height} but received ${frame.width}×${frame.height}: open one output for each size.`);
    }
    const wanted = toTicks(frame.timestamp, encoder.timeBase);
    if (container.muxer === "gif" && this.frames > 0 && wanted - this.lastTick < GIF_LEAST_TICKS) {
      this.left++;
      return;
    }
    // Two frames that the encoder's clock cannot tell apart stay two frames.
    const tick = Math.max(wanted, this.lastTick + 1);
    const { data } = encoder.even ? padToEven(frame) : frame;
    await this.send(matroskaFrameHeader(tick, encoder.timeBase, data.length), data);
    [this.previousTick, this.lastTick] = [this.lastTick, tick];
    this.frames++;
  }

  async finish(): Promise<EncodeSummary> {
    this.check();
    this.state = "finishing";
    try {
      if (this.frames === 0) throw new ReenactError("ENCODE_FAILED", `Expected at least one frame for \`${this.options.target.label}\` but received none.`);
      this.child.stdin?.end();
      await this.child.done();
      await this.piped;
      if (this.pipeFailure !== undefined) throw this.pipeFailure;
      const bytes = await this.complete();
      this.state = "finished";
      this.removeAbort();
      return this.summary(bytes);
    } catch (error) {
      throw await this.fail(error);
    }
  }

  async abort(): Promise<void> {
    if (this.state === "finished" || this.state === "aborted") return;
    this.state = "aborted";
    this.removeAbort();
    await this.child.stop();
    await this.part?.discard();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }

  /** Seconds that the last picture is shown: as long as the one before, or as the rate says for a single one. */
  private get lastDuration(): number {
    const { encoder, frameRate } = this.options;
    return this.frames > 1 && this.options.container.muxer === "gif"
      ? toSeconds(this.lastTick - this.previousTick, encoder.timeBase)
      : 1 / toNumber(frameRate);
  }

  /** Seconds from the first picture to the end of the last. */
  private get duration(): number {
    return toSeconds(this.lastTick, this.options.encoder.timeBase) + this.lastDuration;
  }

  private check(): void {
    throwIfAborted(this.options.signal);
    if (this.state !== "open") throw new ReenactError("USAGE", `Expected an open output but it is ${this.state} already: open another one.`);
  }

  private async send(...parts: Uint8Array[]): Promise<void> {
    const { stdin } = this.child;
    try {
      for (const part of parts) {
        await new Promise<void>((resolve, reject) => {
          if (stdin === null || stdin.destroyed) reject(new Error("The encoder takes nothing more"));
          else stdin.write(part, (error) => (error ? reject(error) : resolve()));
        });
      }
    } catch (error) {
      throw await this.fail(error);
    }
  }

  private async pipeOut(): Promise<void> {
    const { target, stdout = process.stdout } = this.options;
    if (this.child.stdout === null || target.kind !== "pipe") return;
    // The process's own output is not ours to close.
    const sink = target.path === undefined ? (stdout as Writable) : createWriteStream(target.path);
    await pipeline(this.child.stdout, sink, { end: target.path !== undefined }).catch((error: unknown) => {
      this.pipeFailure = error;
      void this.child.stop();
    });
  }

  /** Adds sound that could not come earlier, puts right what ffmpeg leaves open, and gives the file its name. Returns its size. */
  private async complete(): Promise<number | undefined> {
    const { target, audioPlan, container, signal } = this.options;
    if (this.part === undefined || target.kind !== "file") return undefined;
    const whole = audioPlan.later && audioPlan.input !== undefined ? await this.withSound(this.part.path, audioPlan.input) : this.part;
    try {
      const end = audioPlan.firstFrameAt + this.duration;
      await completeFile(whole.path, container.muxer, { end, last: this.lastDuration });
      throwIfAborted(signal);
      const { size } = await stat(whole.path);
      await whole.keepAs(target.path, this.options.overwrite === true);
      return size;
    } finally {
      if (whole !== this.part) {
        await whole.discard();
        await this.part.discard();
      }
    }
  }

  private withSound(videoPath: string, audio: AudioInput): Promise<PartFile> {
    const { ffmpeg, container, signal } = this.options;
    const options = [...container.fileOptions, "-f", container.muxer];
    return muxSound({ ffmpeg, videoPath, audio, container: options, metadata: { ...SYNTHETIC_METADATA, ...this.options.metadata }, signal });
  }

  /** Ends everything and says why it failed. The disk is looked at before what fills it is removed. */
  private async fail(error: unknown): Promise<unknown> {
    const { signal, target, encoder } = this.options;
    if (signal?.aborted) {
      await this.abort();
      return abortError(signal);
    }
    const reason = await explainEncodeFailure({
      error,
      pipeFailure: this.pipeFailure,
      child: this.child,
      target,
      encoderName: encoder.name,
      frames: this.frames,
    });
    await this.abort();
    return reason;
  }

  private summary(bytes: number | undefined): EncodeSummary {
    const { target, encoder, audioPlan } = this.options, { width, height } = encoder.even ? evenSize(this.options) : this.options;
    const left = this.left === 0 ? [] : [`${this.left} frames are left out: a GIF shows at most 50 a second.`];
    return {
      path: target.path,
      frames: this.frames,
      width, height,
      duration: this.duration,
      bytes,
      encoder: encoder.name,
      audio: audioPlan.outcome,
      notes: [...this.notes, ...left],
    };
  }
}
