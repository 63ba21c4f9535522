import { rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ReenactError } from "../errors.js";
import { throwIfAborted } from "./abort.js";
import { planAudio, type EncoderSource } from "./audio-plan.js";
import { startChild } from "./child.js";
import { joinArguments } from "./commands.js";
import { CONTAINERS } from "./container-formats.js";
import { explainEncodeFailure } from "./encode-failure.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import { completeFile } from "./finish-file.js";
import type { EncodeSummary } from "./frame-sink.js";
import { stateMatroskaFrameRate } from "./matroska-frame-rate.js";
import { PartFile } from "./part-file.js";
import { toNumber, toSeconds, toTicks, type Rational } from "./rational.js";
import type { JoinableFormat } from "./segment-encoder.js";
import { SYNTHETIC_METADATA } from "./synthetic-mark.js";

/** A finished part of an output. */
export interface JoinPart {
  readonly path: string;
  /** When its first and its last picture are shown, seconds from the input's start. */
  readonly first: number;
  readonly last: number;
  readonly frames: number;
}

/** What {@link joinSegments} is told. */
export interface JoinOptions {
  /** The output's file, in a folder that is there. */
  readonly output: string;
  /** Whether a file that has its name when it is complete may go. */
  readonly overwrite: boolean;
  /** Its name in the making, in the same folder; what is there already is removed. Default: one that nobody knows. */
  readonly partName?: string | undefined;
  readonly format: JoinableFormat;
  /** In order, with at least one picture each. */
  readonly parts: readonly JoinPart[];
  /** Of the pictures in them, pixels. */
  readonly width: number;
  readonly height: number;
  /** What the parts were encoded with. */
  readonly encoder: string;
  readonly timeBase: Rational;
  /** The video whose frames these are; its sound is put beside them unless `audio` is false. */
  readonly source: EncoderSource;
  readonly audio?: boolean | undefined;
  /** Where the list of the parts may be written. */
  readonly workFolder: string;
  /** Called when the output is complete but not there yet under its name. */
  readonly beforeNaming?: ((summary: EncodeSummary) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly tools?: MediaTools | undefined;
}

/** ffmpeg's concat demuxer counts in these, seconds. */
const MICROSECOND: Rational = { num: 1, den: 1_000_000 };

/**
 * The list of the parts: each lasts until the next begins. Durations are differences of rounded starts, so that nothing adds up, and a
 * start that is rounded to a microsecond is still nearest to its own tick.
 */
function listOf(parts: readonly JoinPart[], timeBase: Rational): string {
  const starts = parts.map(({ first }) => toTicks(toSeconds(toTicks(first - parts[0].first, timeBase), timeBase), MICROSECOND));
  const lines = parts.flatMap(({ path }, i) => {
    const file = `file '${resolve(path).replaceAll("'", "'\\''")}'`;
    return i + 1 < parts.length ? [file, `duration ${(toSeconds(starts[i + 1] - starts[i], MICROSECOND)).toFixed(6)}`] : [file];
  });
  return ["ffconcat version 1.0", ...lines, ""].join("\n");
}

/**
 * Makes one output of its parts, without encoding the pictures again and with every one at its own time, and puts the source's sound
 * beside them. It appears under its name only when it is complete.
 * @throws {ReenactError} DISK_FULL, ENCODE_FAILED, OUTPUT_INVALID, FFMPEG_MISSING, ABORTED.
 */
export async function joinSegments(options: JoinOptions): Promise<EncodeSummary> {
  const { output, format, parts, timeBase, signal, source } = options;
  throwIfAborted(signal);
  const { ffmpeg } = options.tools ?? (await mediaTools());
  const container = CONTAINERS[format];
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  if (frames === 0) throw new ReenactError("ENCODE_FAILED", `Expected at least one frame for \`${output}\` but received none.`);
  const origin = parts[0].first;
  const plan = await planAudio(options.audio === false ? undefined : { ...source, origin }, container, ffmpeg);
  const target = { kind: "file", format, path: resolve(output), label: output } as const;
  const part = PartFile.beside(target.path, options.partName);
  const list = PartFile.beside(join(options.workFolder, "parts.txt"));
  const clock = format === "mp4" || format === "mov" ? ["-video_track_timescale", String(timeBase.den)] : [];
  try {
    // An ffmpeg that outlived its parent may still write to it: a new file is a file of its own.
    if (options.partName !== undefined) await rm(part.path, { force: true });
    await writeFile(list.path, listOf(parts, timeBase));
    const child = startChild(ffmpeg.path, joinArguments({
      listPath: list.path, firstFrameAt: plan.firstFrameAt, audio: plan.input, metadata: SYNTHETIC_METADATA, path: part.path,
      container: [...clock, ...container.fileOptions, "-f", container.muxer],
    }), { env: ffmpeg.env, signal });
    try {
      await child.done();
      const last = 1 / toNumber(source.info.frameRate);
      const duration = toSeconds(toTicks(parts[parts.length - 1].last - origin, timeBase), timeBase) + last;
      await completeFile(part.path, container.muxer, { end: plan.firstFrameAt + duration, last });
      if (container.muxer === "matroska" || container.muxer === "webm") await stateMatroskaFrameRate(part.path, source.info.frameRate);
      throwIfAborted(signal);
      const { size } = await stat(part.path);
      const { width, height } = options;
      const summary = { path: target.path, frames, width, height, duration, bytes: size, encoder: options.encoder, audio: plan.outcome, notes: plan.notes };
      await options.beforeNaming?.(summary);
      await part.keepAs(target.path, options.overwrite);
      return summary;
    } catch (error) {
      throw await explainEncodeFailure({ error, pipeFailure: undefined, child, target, encoderName: options.encoder, frames });
    }
  } finally {
    await Promise.all([part.discard(), list.discard()]);
  }
}
