import { resolve } from "node:path";
import { throwIfAborted } from "./abort.js";
import { silent } from "./audio-plan.js";
import { CONTAINERS, type Container, type OutputFormat } from "./container-formats.js";
import { openVideoSink } from "./encode-video.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import { evenSize } from "./frame-size.js";
import type { FrameSink } from "./frame-sink.js";
import { planEncoder, statedRate } from "./plan-encoder.js";
import type { Rational } from "./rational.js";
import type { EncoderChoice } from "./video-encoders.js";
import type { VideoInfo } from "./video-info.js";

/** Formats whose pictures can be encoded in parts that are joined afterwards as they are. */
export type JoinableFormat = "mp4" | "mov" | "mkv" | "webm";

/** Whether parts of an output of this format can be joined: a GIF's palettes and single pictures are not worth it. */
export function isJoinable(format: OutputFormat): format is JoinableFormat {
  return format === "mp4" || format === "mov" || format === "mkv" || format === "webm";
}

/** What {@link planSegmentEncoder} is told. */
export interface SegmentEncoderOptions extends EncoderChoice {
  /** What the joined output will be. */
  readonly format: JoinableFormat;
  readonly width: number;
  readonly height: number;
  /** The video whose frames these are. */
  readonly info: VideoInfo;
  readonly signal?: AbortSignal | undefined;
  readonly tools?: MediaTools | undefined;
}

/** How the parts of an output are encoded. */
export interface SegmentEncoder {
  /** ffmpeg's name of the encoder. */
  readonly name: string;
  /** Its clock: all parts of an output must have the same. */
  readonly timeBase: Rational;
  /** Of the pictures in the parts, pixels: even where the encoder wants that. */
  readonly width: number;
  readonly height: number;
  /**
   * Opens the encoder of a part: pictures alone, the first at time 0, encoded as those of the whole output would be.
   * @param path an .mp4 whatever the output is: its clock is exact
   */
  open(path: string): FrameSink;
}

/**
 * Decides how the parts of an output are encoded.
 * @throws {ReenactError} ENCODER_MISSING, OUTPUT_INVALID, FFMPEG_MISSING, ABORTED.
 */
export async function planSegmentEncoder(options: SegmentEncoderOptions): Promise<SegmentEncoder> {
  const { format, width, height, info, signal } = options;
  throwIfAborted(signal);
  const { ffmpeg } = options.tools ?? (await mediaTools());
  const encoder = planEncoder(CONTAINERS[format], await ffmpeg.encoders(), options);
  const container: Container = { ...CONTAINERS.mp4, fileOptions: [] };
  const open = (given: string) => {
    const path = resolve(given);
    return openVideoSink({
      target: { kind: "file", format: "mp4", path, label: path }, ffmpeg, container, encoder, width, height, frameRate: statedRate(info), audioPlan: silent(), signal,
    });
  };
  return { name: encoder.name, timeBase: encoder.timeBase, ...(encoder.even ? evenSize(options) : { width, height }), open };
}
