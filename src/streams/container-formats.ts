import type { VideoFamily } from "./video-encoders.js";

/** The kinds of output. */
export type OutputFormat = "mp4" | "mov" | "mkv" | "webm" | "gif" | "png" | "jpg" | "webp";

/** How a container of moving pictures is written. */
export interface Container {
  /** ffmpeg's name of the muxer. */
  readonly muxer: string;
  readonly video: VideoFamily;
  /** Codecs whose sound goes in unchanged. */
  readonly audioCopied: ReadonlySet<string>;
  /** ffmpeg's encoders for other sound, the preferred first; none: no sound. */
  readonly audioEncoders: readonly string[];
  /** Muxer options for a file, and for a pipe that cannot be sought in. */
  readonly fileOptions: readonly string[];
  readonly pipeOptions: readonly string[];
}

const PCM = ["pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le"];

/** Index first, so that playing can start before all has arrived. */
const FAST_START = ["-movflags", "+faststart"];
const FRAGMENTED = ["-movflags", "+frag_keyframe+delay_moov+default_base_moof"];

/** The containers of moving pictures. */
export const CONTAINERS: Readonly<Record<"mp4" | "mov" | "mkv" | "webm" | "gif", Container>> = {
  mp4: {
    muxer: "mp4",
    video: "h264",
    audioCopied: new Set(["aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"]),
    audioEncoders: ["aac"],
    fileOptions: FAST_START,
    pipeOptions: FRAGMENTED,
  },
  mov: {
    muxer: "mov",
    video: "h264",
    audioCopied: new Set(["aac", "mp3", "ac3", "eac3", "alac", ...PCM]),
    audioEncoders: ["aac"],
    fileOptions: FAST_START,
    pipeOptions: FRAGMENTED,
  },
  mkv: {
    muxer: "matroska",
    video: "h264",
    audioCopied: new Set(["aac", "mp3", "mp2", "ac3", "eac3", "dts", "truehd", "alac", "opus", "vorbis", "flac", "pcm_u8", ...PCM]),
    audioEncoders: ["libopus", "aac"],
    fileOptions: [],
    pipeOptions: [],
  },
  webm: {
    muxer: "webm",
    video: "vp9",
    audioCopied: new Set(["opus", "vorbis"]),
    audioEncoders: ["libopus", "libvorbis"],
    fileOptions: [],
    pipeOptions: [],
  },
  gif: { muxer: "gif", video: "gif", audioCopied: new Set(), audioEncoders: [], fileOptions: ["-loop", "0"], pipeOptions: ["-loop", "0"] },
};

/** A container's name. */
export type ContainerName = keyof typeof CONTAINERS;

/** Formats of single pictures, written as a numbered sequence. */
export const PICTURE_FORMATS = ["png", "jpg", "webp"] as const;

/** Whether `format` is one of single pictures. */
export function isPictureFormat(format: OutputFormat): format is (typeof PICTURE_FORMATS)[number] {
  return (PICTURE_FORMATS as readonly string[]).includes(format);
}

const NAMES: Readonly<Record<string, OutputFormat>> = {
  mp4: "mp4",
  m4v: "mp4",
  mov: "mov",
  qt: "mov",
  mkv: "mkv",
  matroska: "mkv",
  webm: "webm",
  gif: "gif",
  png: "png",
  jpg: "jpg",
  jpeg: "jpg",
  webp: "webp",
};

/** The format of a file extension (without its dot) or of what `-f` names; undefined for an unknown one. */
export function formatNamed(name: string): OutputFormat | undefined {
  return Object.hasOwn(NAMES, name.toLowerCase()) ? NAMES[name.toLowerCase()] : undefined;
}
