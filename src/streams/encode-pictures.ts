import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "../frame.js";
import { ReenactError } from "../errors.js";
import { abortError, onAbort, throwIfAborted } from "./abort.js";
import type { EncodeSummary, FrameSink } from "./frame-sink.js";
import type { OutputTarget } from "./output-target.js";
import { nameFile, PartFile, writeError } from "./part-file.js";
import { toNumber, type Rational } from "./rational.js";
import { encodePicture } from "./write-image.js";

type SequenceTarget = Extract<OutputTarget, { kind: "sequence" }>;

/**
 * Frames as numbered pictures, from 1 on, each with the mark that it is synthetic. They are collected in a hidden folder beside and
 * get their names when all are there.
 * @throws {ReenactError} OUTPUT_INVALID, OUTPUT_EXISTS, DISK_FULL, ABORTED
 */
export async function openPictureSequence(
  target: SequenceTarget,
  { width, height, frameRate, overwrite, signal }: { width: number; height: number; frameRate: Rational; overwrite: boolean; signal?: AbortSignal | undefined },
): Promise<FrameSink> {
  throwIfAborted(signal);
  return new PictureSequence(target, width, height, frameRate, overwrite, await PartFile.folderIn(target.folder), signal);
}

class PictureSequence implements FrameSink {
  readonly notes: readonly string[] = [];
  private frames = 0;
  private bytes = 0;
  private lastTimestamp = 0;
  private state: "open" | "finished" | "aborted" = "open";
  private readonly removeAbort: () => void;

  constructor(
    private readonly target: SequenceTarget,
    private readonly width: number,
    private readonly height: number,
    private readonly frameRate: Rational,
    private readonly overwrite: boolean,
    private readonly part: PartFile,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.removeAbort = onAbort(signal, () => void this.abort());
  }

  async write(frame: Frame): Promise<void> {
    this.check();
    if (frame.width !== this.width || frame.height !== this.height) {
      throw new ReenactError("USAGE", `Expected frames of ${this.width}×${this.height} but received ${frame.width}×${frame.height}: open one output for each size.`);
    }
    const data = await encodePicture(frame, { format: this.target.format, fast: true });
    const path = join(this.part.path, String(this.frames + 1));
    try {
      await writeFile(path, data);
    } catch (cause) {
      this.check();
      await this.abort();
      throw writeError(cause, this.target.label);
    }
    this.frames++;
    this.bytes += data.length;
    this.lastTimestamp = frame.timestamp;
  }

  async finish(): Promise<EncodeSummary> {
    this.check();
    if (this.frames === 0) {
      await this.abort();
      throw new ReenactError("ENCODE_FAILED", `Expected at least one frame for \`${this.target.label}\` but received none.`);
    }
    for (let number = 1; number <= this.frames; number++) {
      const path = join(this.target.folder, this.target.name(number));
      await nameFile(join(this.part.path, String(number)), path, this.overwrite).catch(async (cause: unknown) => {
        await this.abort();
        throw writeError(cause, path);
      });
    }
    this.state = "finished";
    this.removeAbort();
    await this.part.discard();
    const duration = this.lastTimestamp + 1 / toNumber(this.frameRate);
    const { folder, format } = this.target;
    return { path: folder, frames: this.frames, width: this.width, height: this.height, duration, bytes: this.bytes, encoder: format, audio: "none", notes: this.notes };
  }

  async abort(): Promise<void> {
    if (this.state !== "open") return;
    this.state = "aborted";
    this.removeAbort();
    await this.part.discard();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }

  private check(): void {
    if (this.signal?.aborted) throw abortError(this.signal);
    if (this.state !== "open") throw new ReenactError("USAGE", `Expected an open output but it is ${this.state} already: open another one.`);
  }
}
