import Ffmpeg from "fluent-ffmpeg";
import type { Ffmpeg as FfmpegTool } from "./ffmpeg-path.js";
import type { Rational } from "./rational.js";
import { toRgb } from "./to-rgb.js";
import type { VideoInfo } from "./video-info.js";

/*
 * The only file that knows how ffmpeg commands are put together, and the only one that imports fluent-ffmpeg (archived since May 2025):
 * a successor costs this file. Processes are run by child.ts.
 */

/** Quick conversions round down: see to-rgb.ts. */
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

/** Goes on however much cannot be decoded: since ffmpeg 4.4 (libavcodec 58.134) two errors in three pictures would be a failure. */
function despiteErrors({ codecVersion: [major, minor] }: FfmpegTool): string[] {
  return major > 58 || (major === 58 && minor >= 134) ? ["-max_error_rate", "1"] : [];
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

/** Containers without an index of key frames: ffmpeg lands anywhere in them and shows nothing before the next key frame. */
const SEEKS_BLINDLY = /\b(mpegts|mpeg|mpegvideo|h264|hevc)\b/;
/** How much earlier such an input is entered, seconds: more than encoders leave between key frames. */
const RUN_UP = 15;

/** Whether an input may begin, or be entered, between two key frames: what comes before the first of them is nothing that could be shown. */
export function beginsAnywhere({ format }: VideoInfo): boolean {
  return SEEKS_BLINDLY.test(format);
}

/** Where an input is entered so that all from `start` on can be decoded, seconds from its start: ffmpeg itself finds the key frame before that. */
export function entryBefore({ format }: VideoInfo, start: number): number {
  return SEEKS_BLINDLY.test(format) ? Math.max(0, start - RUN_UP) : start;
}

/**
 * Added to all times that leave the decoder, seconds: NUT knows no negative times, but inputs do (sound that an encoder puts before time
 * 0 pulls the start of a file there).
 */
export const DECODER_CLOCK_OFFSET = 1000;

/**
 * A cut of the pictures, as options of the input and a filter. Some frames too many may come (ffmpeg rounds a cut's start to the stream's
 * ticks, and counts its length from the first picture in it): the reader leaves them out.
 */
function videoCut(info: VideoInfo, { start = 0, end }: Cut): { options: string[]; filter: string } {
  if (start === 0 || !SEEKS_BLINDLY.test(info.format)) return { options: cutOptions({ start, end }), filter: "" };
  const entry = entryBefore(info, start);
  return {
    options: cutOptions({ start: entry, end: end === undefined ? undefined : end + 1 }),
    filter: `trim=start=${seconds(Math.max(0, info.start + start - 0.1))},`,
  };
}

/** Slices and not whole pictures beside each other: one decoder for each of these would hold one back. */
function pacing({ input }: VideoInfo): string[] {
  return input.live ? ["-fflags", "nobuffer", "-thread_type", "slice"] : ["-re"];
}

/**
 * Leaves all pictures out but the first one in each of as many seconds, counted from the cut's start, before anything is done with them. What no
 * other picture is decoded from is not decoded either: where B-frames are, that saves a third of the time.
 */
function thinning(info: VideoInfo, { start = 0 }: Cut, every: number | undefined): { options: string[]; filter: string } {
  if (every === undefined) return { options: [], filter: "" };
  // A time that is a whole number of them is not to fall short of it by a rounding.
  const part = (time: string) => `floor((${time}-${seconds(info.start + start)})/${seconds(every)}+0.001)`;
  return { options: ["-skip_frame", "noref"], filter: `select='isnan(prev_selected_t)+gt(${part("t")},${part("prev_selected_t")})',` };
}

const ONLY_KEY_FRAMES = { options: ["-skip_frame", "nokey"], filter: "" };

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
  /** See `DecodeOptions`. */
  readonly every?: number | undefined;
  readonly keyFrames: boolean;
  /** The file with the table that maps colours which are not a screen's own. */
  readonly cube?: string | undefined;
  /** Whether a file is read at its own pace, and nothing of a live input waits for more. */
  readonly realtime: boolean;
  /** Where the sound goes, unchanged, in the same pass: for inputs that cannot be opened a second time. */
  readonly audioFile?: string | undefined;
}

/**
 * Decodes to a NUT stream of packed RGB on stdout. ffmpeg turns the picture upright; the size makes its pixels square. Times are the
 * input's own plus {@link DECODER_CLOCK_OFFSET}; those of a live input, which may start anywhere, count from its start.
 */
export function decodeArguments({ ffmpeg, info, cut, width, height, quick, every, keyFrames, realtime, cube, audioFile }: DecodeSpec): string[] {
  const { options, filter } = videoCut(info, cut), thinned = keyFrames ? ONLY_KEY_FRAMES : thinning(info, cut, every);
  const command = addInput(Ffmpeg(), info.input.url, [...options, ...thinned.options, ...(realtime ? pacing(info) : []), ...info.input.options]);
  addOutput(command, "pipe:1", [
    ...["-map", `0:${info.index}`],
    ...["-filter:v", `${filter}${thinned.filter}${toRgb({ width, height, matrix: info.matrix, quick, cube })},setsar=1`],
    ...passThrough(ffmpeg),
    ...["-enc_time_base", ratio(info.timeBase), "-c:v", "rawvideo", "-pix_fmt", "rgb24"],
    // ffmpeg would round the times to move them, and forget the streams that are not decoded when it looks for the earliest.
    ...(info.input.live ? [] : ["-copyts", "-output_ts_offset", String(DECODER_CLOCK_OFFSET)]),
    ...["-f", "nut"],
  ]);
  const audio = preferredAudio(info);
  if (audioFile !== undefined && audio !== undefined) {
    addOutput(command, `file:${audioFile}`, ["-map", `0:${audio.index}`, "-c:a", "copy", "-f", "nut"]);
  }
  return ["-nostdin", ...despiteErrors(ffmpeg), ...build(command)];
}

/** The sound track that players choose: the one marked so, else the first. */
export function preferredAudio(info: VideoInfo): VideoInfo["audio"][number] | undefined {
  return info.audio.find(({ isDefault }) => isDefault) ?? info.audio[0];
}

/** Containers whose streams ffmpeg moves to time 0 by the earliest of those in use, not of all. */
const TIMES_MAY_JUMP = /\b(mpegts|mpeg|ogg|asf|nut|hls|dash|wtv|rm|gxf|flv)\b/;

/** Whether a track of such an input, taken alone, comes to lie at time 0 though another track starts before. */
export function countsFromAllStreams(info: VideoInfo): boolean {
  return !TIMES_MAY_JUMP.test(info.format);
}

/** A sound track to put beside the pictures. */
export interface AudioInput {
  readonly url: string;
  readonly options: readonly string[];
  /** The stream's number in that input. */
  readonly index: number;
  /** What of it to take: its `start` comes to lie at the output's time 0. */
  readonly cut: Cut;
  /** The picture track beside it, if the input's start is to be looked for there too; see {@link countsFromAllStreams}. */
  readonly pictureIndex: number | undefined;
  /** Encoder and its options, or `-c:a copy`. */
  readonly codec: readonly string[];
}

/** What {@link encodeArguments} builds from. */
export interface EncodeSpec {
  readonly ffmpeg: FfmpegTool;
  /** Ticks of the encoder. */
  readonly timeBase: Rational;
  /** When the first picture is shown, seconds on the output's clock. */
  readonly firstFrameAt: number;
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

/** The options that write a container's metadata. */
export function metadataOptions(metadata: Readonly<Record<string, string>>): string[] {
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
  const { ffmpeg, timeBase, firstFrameAt, filter, video, audio, container, metadata, path } = spec;
  // The header says everything: without these ffmpeg would first collect seconds of pictures, and then queue eight more.
  const noProbing = ["-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0", "-thread_queue_size", "1"];
  // ffmpeg moves every input to time 0, whatever its own times begin with.
  const offset = firstFrameAt === 0 ? [] : ["-itsoffset", seconds(firstFrameAt)];
  const command = addInput(Ffmpeg(), "pipe:0", [...noProbing, ...offset, "-f", "matroska"]);
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
  // Copied to nowhere, so that it is in use.
  if (audio?.pictureIndex !== undefined) addOutput(command, "-", ["-map", `1:${audio.pictureIndex}`, "-c", "copy", "-f", "null"]);
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

/** Puts a sound track beside a finished picture track, which is copied; both keep their own times. */
export function muxArguments({ videoPath, audio, container, metadata, path }: MuxSpec): string[] {
  const command = addAudio(addInput(Ffmpeg(), `file:${videoPath}`, []), audio);
  addOutput(command, target(path), [
    ...["-copyts", "-map", "0:v", "-c:v", "copy"],
    ...audioOptions(audio),
    ...["-map_chapters", "-1", "-strict", "-2"],
    ...metadataOptions(metadata),
    ...container,
  ]);
  return ["-nostdin", ...build(command)];
}

/** What {@link joinArguments} builds from. */
export interface JoinSpec {
  /** A list of files, as ffmpeg's concat demuxer reads it. */
  readonly listPath: string;
  /** When the first picture is shown, seconds on the output's clock. */
  readonly firstFrameAt: number;
  readonly audio: AudioInput | undefined;
  readonly container: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly path: string;
}

/** Puts picture tracks one after another without encoding them again, and a sound track beside them. */
export function joinArguments({ listPath, firstFrameAt, audio, container, metadata, path }: JoinSpec): string[] {
  const offset = firstFrameAt === 0 ? [] : ["-itsoffset", seconds(firstFrameAt)];
  // The list names files of our own, by their full paths.
  const command = addInput(Ffmpeg(), `file:${listPath}`, [...offset, "-safe", "0", "-f", "concat"]);
  if (audio !== undefined) addAudio(command, audio);
  addOutput(command, target(path), [
    ...["-map", "0:v", "-c:v", "copy"],
    ...(audio === undefined ? [] : audioOptions(audio)),
    ...["-map_chapters", "-1", "-max_muxing_queue_size", "4096", "-strict", "-2"],
    ...metadataOptions(metadata),
    ...container,
  ]);
  if (audio?.pictureIndex !== undefined) addOutput(command, "-", ["-map", `1:${audio.pictureIndex}`, "-c", "copy", "-f", "null"]);
  return ["-nostdin", ...build(command)];
}
