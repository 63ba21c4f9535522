import { ReenactError } from "../errors.js";
import { RGB_TO_YUV420 } from "./commands.js";
import { rational, toNumber, type Rational } from "./rational.js";

/** What kind of picture track a container takes. */
export type VideoFamily = "h264" | "vp9" | "gif";

/** x264's presets, fastest first; other encoders get their nearest equivalent. */
export const PRESETS = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"] as const;

/** Speed against size. */
export type Preset = (typeof PRESETS)[number];

/** How pictures are encoded, where somebody says so. */
export interface EncoderChoice {
  /** ffmpeg's name of an encoder that must be used; default: the best that is there. */
  readonly encoder?: string | undefined;
  /** Quality, lower is better: x264's scale, default 18 (VP9's, default 28). */
  readonly crf?: number | undefined;
  /** Default `veryfast`. */
  readonly preset?: Preset | undefined;
}

/** What the choice of an encoder depends on. */
export interface EncoderRequest extends EncoderChoice {
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  /** The source's clock. */
  readonly timeBase: Rational;
}

/** A chosen encoder, ready for a command. */
export interface VideoEncoder {
  /** ffmpeg's name. */
  readonly name: string;
  /** Encoder and its options. */
  readonly options: readonly string[];
  readonly filter: string | undefined;
  /** Ticks of the encoder. */
  readonly timeBase: Rational;
  /** Whether sizes must be even. */
  readonly even: boolean;
  /** Longest side it can encode, pixels. */
  readonly maxSide: number;
  /** Sentences for the user: that it is not the encoder one would expect, or that players may not like the size. */
  readonly notes: readonly string[];
}

type Builder = (request: EncoderRequest) => Omit<VideoEncoder, "name" | "notes">;

/** What hardware decoders of H.264 commonly reach, pixels a side: a photo beyond it is best scaled down to it. */
export const PLAYABLE_SIDE = 4096;

const BT709 = ["-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"];

/** The frame rate in the stream itself: what a clip of one frame, or of uneven ones, is known by. Two ticks make a frame (H.264, E.2.1). */
function h264Timing({ frameRate: { num, den } }: EncoderRequest): string[] {
  return ["-bsf:v", `h264_metadata=tick_rate=${2 * num}/${den}`];
}

/**
 * Without B-frames pictures are stored in the order they are shown. Decoding times are the presentation times then: durations of uneven
 * clips are exact, pipes need no edit lists, and ffmpeg before 5 writes right times into Matroska. Measured with x264's veryfast on
 * 512×512: 28 % less time, 14 % more bytes.
 */
const NO_B_FRAMES = ["-bf", "0"];

/**
 * Beyond this many pixels x264 looks only a few pictures ahead, each of which it keeps several times over. Measured on 4000×3000,
 * veryfast: 650 MB instead of 900 MB, the same size and speed.
 */
const LARGE_PIXELS = 4e6;

/** Bits for encoders that know no constant quality: .15 a pixel. */
function bitRate({ width, height, frameRate }: EncoderRequest): string {
  return String(Math.round(width * height * toNumber(frameRate) * 0.15));
}

/** Fast presets use libvpx's realtime mode with its speeds 8 to 6, slower ones its good mode with 4 to 0. */
function vp9Speed(preset: Preset = "veryfast"): string[] {
  const rank = PRESETS.indexOf(preset);
  return rank < 3 ? ["-deadline", "realtime", "-cpu-used", String(8 - rank)] : ["-deadline", "good", "-cpu-used", String(Math.max(0, 7 - rank))];
}

const yuv420 = { filter: RGB_TO_YUV420, even: true };

const BUILDERS: Readonly<Record<string, Builder>> = {
  libx264: (request) => ({
    ...yuv420,
    timeBase: request.timeBase,
    maxSide: 16_384,
    options: [
      ...["-c:v", "libx264", "-preset", request.preset ?? "veryfast", "-crf", String(request.crf ?? 18)],
      ...(request.width * request.height > LARGE_PIXELS ? ["-rc-lookahead", "3"] : []),
      ...[...BT709, ...NO_B_FRAMES, ...h264Timing(request)],
    ],
  }),
  libopenh264: (request) => ({
    ...yuv420,
    timeBase: request.timeBase,
    maxSide: 3840,
    options: ["-c:v", "libopenh264", "-b:v", bitRate(request), ...BT709, ...h264Timing(request)],
  }),
  // MPEG-4 part 2 counts with 16 bits.
  mpeg4: (request) => ({
    ...yuv420,
    timeBase: request.timeBase.den <= 65_535 ? request.timeBase : rational(1, 60_000),
    maxSide: 8191,
    options: ["-c:v", "mpeg4", "-q:v", String(Math.min(31, Math.max(1, Math.round(((request.crf ?? 18) - 10) / 2.5)))), ...BT709],
  }),
  "libvpx-vp9": (request) => ({
    ...yuv420,
    timeBase: request.timeBase,
    maxSide: 16_384,
    options: ["-c:v", "libvpx-vp9", "-crf", String(request.crf ?? 28), "-b:v", "0", "-row-mt", "1", ...vp9Speed(request.preset), ...BT709],
  }),
  libvpx: (request) => ({
    ...yuv420,
    timeBase: request.timeBase,
    maxSide: 16_383,
    options: ["-c:v", "libvpx", "-crf", String(request.crf ?? 10), "-b:v", bitRate(request), ...vp9Speed(request.preset), ...BT709],
  }),
  // A palette for each picture, since one for all needs all of them in memory. The format counts in hundredths of a second.
  gif: () => ({
    filter: "split[pictures][seen];[seen]palettegen=stats_mode=single[palettes];[pictures][palettes]paletteuse=new=1:dither=sierra2_4a",
    even: false,
    timeBase: rational(1, 100),
    maxSide: 65_535,
    options: ["-c:v", "gif"],
  }),
};

const CANDIDATES: Readonly<Record<VideoFamily, readonly string[]>> = {
  h264: ["libx264", "libopenh264", "mpeg4"],
  vp9: ["libvpx-vp9", "libvpx"],
  gif: ["gif"],
};

/**
 * The encoder for a container: the one named, else the first of its family that this ffmpeg has, with a note when that is not the
 * first choice.
 * @param available the names of ffmpeg's encoders.
 * @throws {ReenactError} ENCODER_MISSING when this ffmpeg lacks it, or it is not one that the container takes.
 */
export function chooseVideoEncoder(family: VideoFamily, available: ReadonlySet<string>, request: EncoderRequest): VideoEncoder {
  const candidates = CANDIDATES[family];
  const [first] = candidates;
  const { encoder: named } = request;
  const name = candidates.find((candidate) => (named === undefined ? available.has(candidate) : candidate === named));
  if (named !== undefined && name === undefined) {
    throw new ReenactError("ENCODER_MISSING", `Expected one of ${candidates.join(", ")} as the encoder for this format but received \`${named}\`.`);
  }
  const builder = name === undefined || !available.has(name) ? undefined : BUILDERS[name];
  if (name === undefined || builder === undefined) {
    const wanted = named ?? candidates.join(", ");
    throw new ReenactError("ENCODER_MISSING", `This ffmpeg has no encoder ${wanted}: install a full ffmpeg (Debian: apt-get install ffmpeg) or choose another output format.`);
  }
  const substitute = named === undefined && name !== first;
  const oversized = family === "h264" && Math.max(request.width, request.height) > PLAYABLE_SIDE;
  return {
    name,
    ...builder(request),
    notes: [
      ...(substitute ? [`This ffmpeg has no ${first}: \`${name}\` encodes instead, with larger files or lower quality.`] : []),
      ...(oversized ? [`Many players show no H.264 of more than ${PLAYABLE_SIDE} pixels a side; this is ${request.width}×${request.height}.`] : []),
    ],
  };
}
