import Ffmpeg from "fluent-ffmpeg";
import type { Ffmpeg as FfmpegTool } from "./ffmpeg-path.js";
import type { Rational } from "./rational.js";
import type { VideoInfo } from "./video-info.js";

/*
 * The only file that knows how ffmpeg commands are put together, and the only one that imports fluent-ffmpeg (archived since May 2025):
 * a successor costs this file. Processes are run by child.ts.
 */

/*
 * ffmpeg's quick conversions between YUV and RGB round down. Measured on a 512×512 photo, there and back: quick 1.4/255 mean error and
 * 1.3 darker, exact .47 and .1; decoding a frame exactly takes about 3 ms longer (one core), encoding about half a millisecond.
 */
const EXACT_TO_RGB = "flags=bicubic+accurate_rnd+full_chroma_int";
const QUICK_TO_RGB = "flags=bicubic";
const EXACT_TO_YUV = "flags=bicubic+accurate_rnd";

type Command = ReturnType<typeof Ffmpeg>;

function build(command: Command): string[] {
  // Private by its name, but there is no public way to the arguments short of running the command.
  const { _getArguments: getArguments } = command as unknown as { _getArguments(): string[] };
  return ["-hide_banner", "-v", "error", "-nostats", ...getArguments.call(command)];
}

function addInput(command: Command, url: string, options: readonly string[]): Command {
  command.input(url);
  // A single option would be split at its space; all of ours come as name and value.
  return options.length < 2 ? command : command.inputOptions(...options);
}

function addOutput(command: Command, target: string, options: readonly string[]): Command {
  return command.output(target).outputOptions(...options);
}

function seconds(value: number): string {
  return value.toFixed(6);
}

function ratio({ num, den }: Rational): string {
  return `${num}:${den}`;
}

/** Every frame with its own time: none dropped, none doubled. The option changed its name in ffmpeg 5.1 (libavcodec 59.37). */
function passThrough({ codecVersion: [major, minor] }: FfmpegTool): string[] {
  return [major > 59 || (major === 59 && minor >= 37) ? "-fps_mode" : "-vsync", "passthrough"];
}

/** A stretch of an input, in seconds from its start. */
export interface Cut {
  /** Default 0. */
  readonly start?: number | undefined;
  /** Default: the input's end. */
  readonly end?: number | undefined;
}

function cutOptions({ start = 0, end }: Cut): string[] {
  return [...(start > 0 ? ["-ss", seconds(start)] : []), ...(end === undefined ? [] : ["-t", seconds(end - start)])];
}

/** What {@link decodeArguments} builds from. */
export interface DecodeSpec {
  readonly ffmpeg: FfmpegTool;
  readonly info: VideoInfo;
  readonly cut: Cut;
  /** Size of the decoded pictures, pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether colours may be off by a level or two. */
  readonly quick: boolean;
  /** Where the sound goes, unchanged, in the same pass: for inputs that cannot be opened a second time. */
  readonly audioFile?: string | undefined;
}

/**
 * Decodes to a NUT stream of packed RGB on stdout. ffmpeg turns the picture upright; the size makes its pixels square. Times count
 * from the start of the cut, in ticks that the input's own ticks are multiples of.
 */
export function decodeArguments({ ffmpeg, info, cut, width, height, quick, audioFile }: DecodeSpec): string[] {
  const matrix = info.matrix === undefined ? "" : `:in_color_matrix=${info.matrix}`;
  const command = addInput(Ffmpeg(), info.input.url, [...cutOptions(cut), ...info.input.options]);
  addOutput(command, "pipe:1", [
    ...["-map", `0:${info.index}`],
    ...["-filter:v", `scale=${width}:${height}${matrix}:out_range=pc:${quick ? QUICK_TO_RGB : EXACT_TO_RGB},setsar=1`],
    ...passThrough(ffmpeg),
    ...["-enc_time_base", ratio(info.timeBase), "-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "nut"],
  ]);
  const audio = preferredAudio(info);
  if (audioFile !== undefined && audio !== undefined) {
    addOutput(command, `file:${audioFile}`, ["-map", `0:${audio.index}`, "-c:a", "copy", "-f", "nut"]);
  }
  return ["-nostdin", ...build(command)];
}

/** The sound track that players choose: the one marked so, else the first. */
export function preferredAudio(info: VideoInfo): VideoInfo["audio"][number] | undefined {
  return info.audio.find(({ isDefault }) => isDefault) ?? info.audio[0];
}

/** A sound track to put beside the pictures. */
export interface AudioInput {
  readonly url: string;
  readonly options: readonly string[];
  /** The stream's number in that input. */
  readonly index: number;
  /** What of it to take: its `start` comes to lie at the output's time 0. */
  readonly cut: Cut;
  /** Encoder and its options, or `-c:a copy`. */
  readonly codec: readonly string[];
}

/** What {@link encodeArguments} builds from. */
export interface EncodeSpec {
  readonly ffmpeg: FfmpegTool;
  /** Ticks of the encoder. */
  readonly timeBase: Rational;
  /** Filters after the pictures come in, e.g. a palette; none for what takes RGB as it is. */
  readonly filter: string | undefined;
  /** Encoder and its options. */
  readonly video: readonly string[];
  readonly audio: AudioInput | undefined;
  /** Container options with `-f` among them. */
  readonly container: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** A file's path, or undefined for stdout. */
  readonly path: string | undefined;
}

/** The filter before every encoder that wants YUV: BT.709 of limited range, which is what the streams are then tagged as. */
export const RGB_TO_YUV420 = `scale=out_color_matrix=bt709:out_range=tv:${EXACT_TO_YUV},format=yuv420p`;

function metadataOptions(metadata: Readonly<Record<string, string>>): string[] {
  return Object.entries(metadata).flatMap(([key, value]) => ["-metadata", `${key}=${value}`]);
}

function target(path: string | undefined): string {
  return path === undefined ? "pipe:1" : `file:${path}`;
}

function addAudio(command: Command, { url, options, cut }: AudioInput): Command {
  return addInput(command, url, [...cutOptions(cut), ...options]);
}

/** Packets before a cut are left out: with them all times would move. */
function audioOptions({ index, cut, codec }: AudioInput): string[] {
  return ["-map", `1:${index}`, ...codec, ...((cut.start ?? 0) > 0 ? ["-copypriorss", "0"] : [])];
}

/** Encodes the Matroska stream of raw pictures that comes on stdin. */
export function encodeArguments(spec: EncodeSpec): string[] {
  const { ffmpeg, timeBase, filter, video, audio, container, metadata, path } = spec;
  // The header says everything: without these ffmpeg would first collect seconds of pictures, and then queue eight more.
  const noProbing = ["-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0", "-thread_queue_size", "1"];
  const command = addInput(Ffmpeg(), "pipe:0", [...noProbing, "-f", "matroska"]);
  if (audio !== undefined) addAudio(command, audio);
  addOutput(command, target(path), [
    ...["-map", "0:0", ...(filter === undefined ? [] : ["-filter:v", filter])],
    ...video,
    ...passThrough(ffmpeg),
    ...["-enc_time_base", ratio(timeBase)],
    ...(audio === undefined ? [] : audioOptions(audio)),
    ...["-map_chapters", "-1", "-max_muxing_queue_size", "4096", "-strict", "-2"],
    ...metadataOptions(metadata),
    ...container,
  ]);
  return build(command);
}

/** What {@link muxArguments} builds from. */
export interface MuxSpec {
  /** A file with the finished picture track. */
  readonly videoPath: string;
  readonly audio: AudioInput;
  readonly container: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly path: string;
}

/** Puts a sound track beside a finished picture track, which is copied. */
export function muxArguments({ videoPath, audio, container, metadata, path }: MuxSpec): string[] {
  const command = addAudio(addInput(Ffmpeg(), `file:${videoPath}`, []), audio);
  addOutput(command, target(path), [
    ...["-map", "0:v", "-c:v", "copy"],
    ...audioOptions(audio),
    ...["-map_chapters", "-1", "-strict", "-2"],
    ...metadataOptions(metadata),
    ...container,
  ]);
  return ["-nostdin", ...build(command)];
}
