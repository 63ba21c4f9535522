import { dirname } from "node:path";
import { ReenactError } from "../errors.js";
import { filePath, type FilePath } from "../file-path.js";
import { throwIfAborted } from "./abort.js";
import { planAudio, type EncoderSource } from "./audio-plan.js";
import { CONTAINERS } from "./container-formats.js";
import { openPictureSequence } from "./encode-pictures.js";
import { openVideoSink } from "./encode-video.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import type { FrameSink } from "./frame-sink.js";
import { removeLeftovers } from "./leftovers.js";
import { resolveOutput } from "./output-target.js";
import { planEncoder, statedRate } from "./plan-encoder.js";
import { PRESETS, type EncoderChoice } from "./video-encoders.js";

/** What {@link openEncoder} is told. */
export interface EncoderOptions extends EncoderChoice {
  /** A file, `frame-%05d.png`, or `-` for the standard output. */
  readonly output: FilePath;
  /** `mp4`, `webm`, …; default: by the extension. */
  readonly format?: string | undefined;
  /** Size of the frames, pixels. Where the encoder needs even sizes the last column or row is repeated. */
  readonly width: number;
  readonly height: number;
  /** The video whose frames these are: its clock, its rate and its sound are the output's. Without it: 25 frames a second, no sound. */
  readonly source?: EncoderSource | undefined;
  /** Whether the source's sound goes in; default yes. */
  readonly audio?: boolean | undefined;
  /** Whether an existing file may be replaced; default no. */
  readonly overwrite?: boolean | undefined;
  /** Container metadata beside the mark that the output is synthetic. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Ends the encoder and removes what was written, when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** What `-` writes to; default the process's own. */
  readonly stdout?: NodeJS.WritableStream | undefined;
  /** The programs to use; found by default. */
  readonly tools?: MediaTools | undefined;
}

/**
 * Opens an output for frames that keep their times: every frame written is shown when its `timestamp` says, with the source's sound
 * in step. A file appears under its name only when it is complete.
 * @throws {ReenactError} OUTPUT_INVALID, OUTPUT_EXISTS, ENCODER_MISSING, FFMPEG_MISSING, USAGE (an unknown preset), ABORTED.
 */
export async function openEncoder(options: EncoderOptions): Promise<FrameSink> {
  const { width, height, source, signal, preset } = options;
  throwIfAborted(signal);
  if (preset !== undefined && !PRESETS.includes(preset)) {
    throw new ReenactError("USAGE", `Expected one of ${PRESETS.join(", ")} for \`preset\` but received \`${String(preset)}\`.`);
  }
  const target = await resolveOutput(filePath(options.output, "output"), { ...options, inputs: [source?.info.input.path] });
  if (target.kind !== "pipe") await removeLeftovers(target.kind === "file" ? dirname(target.path) : target.folder);
  const frameRate = statedRate(source?.info);
  if (target.kind === "sequence") return openPictureSequence(target, { width, height, frameRate, overwrite: options.overwrite === true, signal });

  const tools = options.tools ?? (await mediaTools());
  const available = await tools.ffmpeg.encoders();
  const container = CONTAINERS[target.format];
  const encoder = planEncoder(container, available, { ...options, info: source?.info });
  const audio = await planAudio(options.audio === false ? undefined : source, container, tools.ffmpeg);
  return openVideoSink({ ...options, target, ffmpeg: tools.ffmpeg, container, encoder, frameRate, audioPlan: audio });
}
