import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Pixels } from "../../src/frame.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { DRIVER } from "./live-fixtures.js";

/** The clip has so many frames, then it begins again. */
export const CLIP_FRAMES = 240;
/** Side of a marker's block, pixels of a camera picture of 640×480, and how many there are: one for each bit. */
const BLOCK = 20, BITS = 8;

/** Runs ffmpeg, the system's or the one of npm; returns what it said on both outputs. */
export async function ffmpegRun(...args: string[]): Promise<string> {
  const { ffmpeg } = await mediaTools();
  const { stdout, stderr } = await promisify(execFile)(ffmpeg.path, ["-hide_banner", "-y", ...args], { maxBuffer: 1 << 26 });
  return stdout + stderr;
}

/** The example driver as a camera of 640×480 would give it, every frame's number stamped into its lower left corner. */
export async function cameraClip(folder: string): Promise<string> {
  const path = join(folder, "camera.mjpeg");
  const box = (k: number, color: string, enable: string) => `drawbox=x=${k * BLOCK}:y=${480 - BLOCK}:w=${BLOCK}:h=${BLOCK}:color=${color}:t=fill${enable}`;
  const bits = Array.from({ length: BITS }, (_, k) => `${box(k, "black", "")},${box(k, "white", `:enable='eq(mod(floor(n/${2 ** k}),2),1)'`)}`);
  await ffmpegRun("-v", "error", "-i", DRIVER, "-an", "-frames:v", String(CLIP_FRAMES), "-vf", ["scale=640:-2", "crop=640:480:0:(ih-480)/3", ...bits].join(","), "-q:v", "3", path);
  return path;
}

/** The number in a camera picture, however large it is shown; `height` is that of the whole camera picture. */
export function readMarker({ data, width, height }: Pixels): number {
  const scale = height / 480;
  let value = 0;
  for (let k = 0; k < BITS; k++) {
    const x = Math.floor((k + 0.5) * BLOCK * scale), y = Math.floor(height - (BLOCK / 2) * scale);
    if (data[3 * (y * width + x)] > 128) value += 2 ** k;
  }
  return value;
}

/** As {@link readMarker}, for a page: a JavaScript expression with the number in a video element, or null while it shows nothing. */
export const MARKER_IN_VIDEO = `((video) => {
  if (!video.videoWidth) return null;
  const canvas = globalThis.markerCanvas ??= new OffscreenCanvas(${BITS * BLOCK}, ${BLOCK});
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 480 - ${BLOCK}, ${BITS * BLOCK}, ${BLOCK}, 0, 0, ${BITS * BLOCK}, ${BLOCK});
  const { data } = context.getImageData(0, ${BLOCK / 2}, ${BITS * BLOCK}, 1);
  let value = 0;
  for (let k = 0; k < ${BITS}; k++) if (data[4 * Math.floor((k + 0.5) * ${BLOCK})] > 128) value += 2 ** k;
  return value;
})`;
