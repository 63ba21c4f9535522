import { z } from "zod";
import type { MediaInput } from "./media-input.js";
import { parseRational, rational, sameRational, toNumber, type Rational } from "./rational.js";
import type { AudioInfo, ColourMatrix, VideoInfo } from "./video-info.js";

const text = z.string().optional().catch(undefined);

const streamSchema = z.object({
  index: z.number(),
  codec_type: text,
  codec_name: text,
  codec_tag_string: text,
  width: z.number().optional(),
  height: z.number().optional(),
  pix_fmt: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  field_order: text,
  sample_aspect_ratio: text,
  r_frame_rate: text,
  avg_frame_rate: text,
  time_base: text,
  start_time: text,
  duration: text,
  nb_frames: text,
  channels: z.number().optional(),
  sample_rate: text,
  disposition: z.object({ default: z.number().optional(), attached_pic: z.number().optional() }).optional(),
  tags: z.record(z.string(), z.string()).optional().catch(undefined),
  side_data_list: z.array(z.object({
    rotation: z.number().optional().catch(undefined),
    dv_profile: z.number().optional().catch(undefined), dv_bl_signal_compatibility_id: z.number().optional().catch(undefined),
  })).optional().catch(undefined),
});

/** What `ffprobe -show_format -show_streams -show_error -of json` prints, as far as it is used. */
export const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ format_name: text, start_time: text, duration: text }).optional(),
  error: z.object({ code: z.number(), string: text }).optional(),
});

/** Parsed output of ffprobe. */
export type ProbeOutput = z.infer<typeof probeSchema>;
type Stream = z.infer<typeof streamSchema>;

function seconds(value: string | undefined): number | undefined {
  const number = Number(value);
  return value === undefined || value === "" || !Number.isFinite(number) ? undefined : number;
}

/** Matroska states a stream's duration in a tag, as `00:01:02.345000000`. */
function taggedDuration(tags: Record<string, string> | undefined): number | undefined {
  const match = /^(\d+):(\d+):([\d.]+)$/.exec(tags?.["DURATION"] ?? "");
  return match === null ? undefined : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

function known(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/** The clockwise turn in whole degrees, 0…359. The display matrix counts the other way; older files only have a tag. */
export function rotationOf(stream: Pick<Stream, "side_data_list" | "tags">): number {
  const matrix = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = matrix === undefined ? Number(stream.tags?.["rotate"] ?? 0) : -matrix;
  return Number.isFinite(clockwise) ? ((Math.round(clockwise) % 360) + 360) % 360 : 0;
}

/** Size on a screen of square pixels, upright. Wide pixels widen the picture; tall ones too, rather than shrink it. */
export function displaySize(width: number, height: number, aspect: Rational, rotation: number): { width: number; height: number } {
  const ratio = toNumber(aspect);
  const square = ratio >= 1 ? { width: Math.round(width * ratio), height } : { width, height: Math.round(height / ratio) };
  return Math.abs((rotation % 180) - 90) < 45 ? { width: square.height, height: square.width } : square;
}

/** What is stated, else what players assume: BT.709 for high definition, BT.601 below. */
export function matrixOf(
  colorSpace: string | undefined,
  pixelFormat: string | undefined,
  width: number,
  height: number,
): ColourMatrix | undefined {
  if (!/yuv|^nv\d|^p01|^y210|uyvy|yuyv/.test(pixelFormat ?? "yuv") || colorSpace === "gbr") return undefined;
  if (colorSpace === "bt709" || colorSpace === "smpte240m" || colorSpace === "fcc") return colorSpace;
  if (colorSpace?.startsWith("bt2020")) return "bt2020";
  if (colorSpace === "smpte170m" || colorSpace === "bt470bg") return "bt601";
  return width >= 1280 || height > 576 ? "bt709" : "bt601";
}

const TRANSFERS: Readonly<Record<string, VideoInfo["transfer"]>> = { smpte2084: "pq", "arib-std-b67": "hlg" };
const PRIMARIES: Readonly<Record<string, VideoInfo["primaries"]>> = { bt2020: "bt2020", smpte431: "p3", smpte432: "p3" };

/** HDR that says no more of itself is BT.2020. */
function coloursOf({ color_space, color_transfer = "", color_primaries = "unknown", pix_fmt, width = 0, height = 0 }: Stream): Pick<VideoInfo, "matrix" | "transfer" | "primaries"> {
  const transfer = TRANSFERS[color_transfer], hdr = transfer !== undefined, unknown = (name: string | undefined) => name === undefined || name === "unknown";
  return {
    matrix: matrixOf(hdr && unknown(color_space) ? "bt2020nc" : color_space, pix_fmt, width, height),
    transfer, primaries: hdr && unknown(color_primaries) ? "bt2020" : PRIMARIES[color_primaries],
  };
}

/** Rates beyond this are clock rates that no real grid was found for. */
const MAX_RATE = 1000;

function statedRate(real: Rational | undefined, average: Rational | undefined): Rational {
  const plausible = real !== undefined && toNumber(real) <= MAX_RATE && (average === undefined || toNumber(real) <= 8 * toNumber(average));
  if (plausible) return real;
  return average !== undefined && toNumber(average) <= MAX_RATE ? average : rational(25);
}

/** The profile of a Dolby Vision track whose pictures make sense to its own players alone, as those of profile 5 do; undefined of others. */
export function ownColoursProfile({ streams }: ProbeOutput): number | undefined {
  return pictureTrack(streams)?.side_data_list?.find(({ dv_bl_signal_compatibility_id: compatible }) => compatible === 0)?.dv_profile;
}

/** The first one that is no cover picture. */
export function pictureTrack(streams: readonly Stream[]): Stream | undefined {
  return streams.find(({ codec_type, disposition }) => codec_type === "video" && disposition?.attached_pic !== 1);
}

/** Stands for the codec of an encrypted track, whatever it is. */
export const ENCRYPTED = "encrypted";

function codecOf({ index, codec_name = "unknown" }: Stream, encrypted: readonly number[]): string {
  return encrypted.includes(index) ? ENCRYPTED : codec_name;
}

function audioInfo(stream: Stream, encrypted: readonly number[]): AudioInfo {
  const duration = known(seconds(stream.duration) ?? taggedDuration(stream.tags));
  return {
    index: stream.index,
    codec: codecOf(stream, encrypted),
    channels: stream.channels ?? 0,
    sampleRate: seconds(stream.sample_rate) ?? 0,
    start: seconds(stream.start_time) ?? 0,
    ...(duration === undefined ? {} : { duration }),
    isDefault: stream.disposition?.default === 1,
  };
}

/**
 * The facts about the first real video stream (no cover picture); undefined when there is none.
 * @param encrypted the numbers of encrypted streams
 */
export function parseProbe(output: ProbeOutput, input: MediaInput, notes: readonly string[], encrypted: readonly number[] = []): VideoInfo | undefined {
  const video = pictureTrack(output.streams);
  if (video?.width === undefined || video.height === undefined || video.width < 1 || video.height < 1) return undefined;
  const rotation = rotationOf(video);
  const rFrameRate = parseRational(video.r_frame_rate);
  const avgFrameRate = parseRational(video.avg_frame_rate);
  const duration = known(seconds(video.duration)) ?? known(taggedDuration(video.tags)) ?? known(seconds(output.format?.duration));
  const counted = known(seconds(video.nb_frames));
  const rate = avgFrameRate ?? rFrameRate;
  const uneven = rFrameRate !== undefined && avgFrameRate !== undefined && !sameRational(rFrameRate, avgFrameRate);
  const videoStart = seconds(video.start_time) ?? 0;
  return {
    input,
    format: output.format?.format_name ?? "",
    index: video.index,
    codec: codecOf(video, encrypted),
    codecTag: video.codec_tag_string ?? "",
    ...displaySize(video.width, video.height, parseRational(video.sample_aspect_ratio) ?? rational(1), rotation),
    rotation,
    ...coloursOf(video),
    interlaced: !["progressive", "unknown", undefined].includes(video.field_order),
    timeBase: parseRational(video.time_base) ?? rational(1, 90_000),
    rFrameRate,
    avgFrameRate,
    frameRate: statedRate(rFrameRate, avgFrameRate),
    // A short clip's average is off by the rounding of its duration.
    isVariable: uneven && Math.abs(toNumber(avgFrameRate) / toNumber(rFrameRate) - 1) > 0.02,
    duration,
    start: seconds(output.format?.start_time) ?? videoStart,
    videoStart,
    frameCount: counted ?? (duration === undefined || rate === undefined ? undefined : Math.max(1, Math.round(duration * toNumber(rate)))),
    audio: output.streams.filter(({ codec_type }) => codec_type === "audio").map((stream) => audioInfo(stream, encrypted)),
    notes,
  };
}
