import { startChild, type Child } from "./child.js";
import { metadataOptions, RGB_TO_YUV420 } from "./commands.js";
import type { MediaTools } from "./ffmpeg-path.js";
import type { LiveTarget } from "./live-target.js";
import { withAddress } from "./network-input.js";
import { rational } from "./rational.js";
import { SYNTHETIC_METADATA } from "./synthetic-mark.js";
import { chooseVideoEncoder } from "./video-encoders.js";

/** Pictures of a live output. */
export interface LivePictureFormat {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** A second. */
  readonly rate: number;
  /** Samples of sound a second (PCM, mono, 16 bits, little-endian, on file descriptor 3), where there is sound. */
  readonly soundRate?: number | undefined;
}

/** Bits a second of sound: a voice. */
const SOUND_BITS = 96_000;

/** Bits a second that a stream has at most: a call's picture, at 1280×720. */
const MOST_BITS = 4_500_000;
/** A stream is looked into by who comes later: seconds between pictures that stand by themselves. */
const KEY_SECONDS = 2;

/** Whether sound can go along with the pictures. */
export function takesSound({ container }: Pick<LiveTarget, "container">): boolean {
  return container !== undefined;
}

/**
 * The command that sends raw pictures (RGB, 8 bits), one behind the other at a constant rate, to a target, and sound where it is asked for
 * and the target {@link takesSound}. @throws ReenactError ENCODER_MISSING
 */
export async function planLiveEncoder(target: LiveTarget, { width, height, rate, soundRate }: LivePictureFormat, { ffmpeg }: Pick<MediaTools, "ffmpeg">): Promise<readonly string[]> {
  const pictures = ["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", `${width}x${height}`, "-framerate", String(rate), "-i", "pipe:0"];
  const encoders = await ffmpeg.encoders(), sound = soundRate === undefined ? undefined : target.container?.audioEncoders.find((name) => encoders.has(name));
  const input = [
    ...pictures,
    ...(sound === undefined ? ["-an"] : ["-f", "s16le", "-ar", String(soundRate), "-ac", "1", "-probesize", "32", "-analyzeduration", "0", "-i", "pipe:3", "-map", "0:v", "-map", "1:a", "-c:a", sound, "-b:a", String(SOUND_BITS)]),
  ];
  if (!target.container) return [...input, "-vf", RGB_TO_YUV420, "-c:v", "rawvideo", "-pix_fmt", "yuv420p", ...target.output];
  const request = { crf: target.container.video === "h264" ? 21 : undefined, preset: "superfast", width, height, frameRate: rational(rate), timeBase: rational(1, rate) } as const;
  const { name, filter, options } = chooseVideoEncoder(target.container.video, encoders, request);
  const live = target.kind === "stream" ? ["-maxrate", String(MOST_BITS), "-bufsize", String(MOST_BITS), ...(name === "libx264" ? ["-tune", "zerolatency"] : [])] : [];
  return [...input, ...(filter ? ["-vf", filter] : []), ...options, ...live, ...(target.encoding ?? []), "-g", String(KEY_SECONDS * rate), ...metadataOptions(SYNTHETIC_METADATA), ...target.output];
}

/**
 * Starts it. The child's `stdin` takes the pictures; its end ends the output. A static ffmpeg, which crashes when it looks up a host's
 * name, is told the address.
 * @throws ReenactError INPUT_UNREADABLE when the name stands for nothing
 */
export async function startLiveEncoder({ kind }: Pick<LiveTarget, "kind">, args: readonly string[], { ffmpeg }: Pick<MediaTools, "ffmpeg">): Promise<Child> {
  const url = args.at(-1)!;
  const told = kind === "stream" && ffmpeg.isStatic ? [...args.slice(0, -1), ...meantFor(url), await withAddress(url)] : args;
  return startChild(ffmpeg.path, told, { stdin: "pipe", input3: args.includes("pipe:3") ? "pipe" : undefined, env: ffmpeg.env });
}

/** An RTMP server may serve several names: it is told the one that was meant, without the stream's key. */
function meantFor(url: string): readonly string[] {
  return /^rtmp/i.test(url) ? ["-rtmp_tcurl", url.slice(0, Math.max(url.lastIndexOf("/"), 0))] : [];
}
