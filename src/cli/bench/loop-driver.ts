import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import { runChild } from "../../streams/child.js";
import { mediaTools } from "../../streams/ffmpeg-path.js";
import { probeVideo } from "../../streams/probe.js";

/** What is made of a driver, so that measurements can be compared. */
export interface LoopOptions {
  readonly driver: string;
  /** Where files may be put. */
  readonly folder: string;
  /** Side of the square pictures, pixels, even. */
  readonly size: number;
  readonly signal: AbortSignal;
}

/** Frames a second of what is measured. */
export const BENCH_FPS = 30;

/** One pass of a driver in the measured form: size×size, 30 frames a second, H.264 and AAC; silence where it has no sound. */
export async function makeUnit({ driver, folder, size, signal }: LoopOptions): Promise<string> {
  const info = await probeVideo(driver, { signal });
  const hasSound = info.audio.length > 0;
  await info.input.close();
  const path = join(folder, "unit.mp4");
  const fit = `scale=${size}:${size}:force_original_aspect_ratio=increase,crop=${size}:${size},setsar=1,fps=${BENCH_FPS},format=yuv420p`;
  await ffmpeg([
    "-i", driver, ...(hasSound ? [] : ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono"]),
    "-map", "0:v:0", "-map", hasSound ? "0:a:0" : "1:a:0", "-shortest",
    "-vf", fit, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-bf", "0", "-c:a", "aac", "-b:a", "96k", path,
  ], signal);
  return path;
}

/** `unit`, repeated without encoding it again until it is `seconds` long. */
export async function loopUnit(unit: string, seconds: number, { folder, signal }: LoopOptions): Promise<string> {
  const path = join(folder, `driver-${seconds}.mp4`);
  await ffmpeg(["-stream_loop", "-1", "-i", unit, "-t", String(seconds), "-c", "copy", path], signal);
  return path;
}

async function ffmpeg(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { ffmpeg: { path } } = await mediaTools();
  await runChild(path, ["-nostdin", "-hide_banner", "-v", "error", "-y", ...args], { signal }).catch((cause: unknown) => {
    if (cause instanceof ReenactError) throw cause;
    throw new ReenactError("ENCODE_FAILED", "Expected to prepare the driver for the measurement but ffmpeg failed: try another --driver, and reenact doctor.", { cause });
  });
}
