import { ChildError, runChild } from "./child.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import type { VideoInfo } from "./video-info.js";

/** How {@link keyFramesNear} asks. */
export interface KeyFrameOptions {
  readonly signal?: AbortSignal | undefined;
  /** The programs to use; found by default. */
  readonly tools?: MediaTools | undefined;
}

/**
 * Where a picture of a file with an index can be decoded without any other: the key frames at which ffprobe enters it for some times, each once.
 * It reads the index and a packet for each time, whatever the file's length.
 *
 * @param times seconds from the input's start, rising
 * @returns seconds from the input's start, rising; none where nobody knows
 * @throws {ReenactError} FFMPEG_MISSING, ABORTED
 */
export async function keyFramesNear(info: VideoInfo, times: readonly number[], { signal, tools }: KeyFrameOptions = {}): Promise<number[]> {
  const { ffprobe } = tools ?? (await mediaTools()), { input } = info;
  const intervals = times.map((time) => `${(info.start + time).toFixed(6)}%+#1`).join(",");
  const args = ["-v", "quiet", "-select_streams", String(info.index), "-show_entries", "packet=pts_time,flags", "-of", "compact=p=0", "-read_intervals", intervals];
  const text = await runChild(ffprobe.path, [...args, ...input.options, "-i", input.url], { signal }).catch((error: unknown) => {
    if (error instanceof ChildError) return "";
    throw error;
  });
  const found = text.split("\n").flatMap((line) => {
    const { pts_time: time, flags = "" } = Object.fromEntries(line.trim().split("|").map((entry) => entry.split("="))) as Record<string, string | undefined>;
    // Those marked D are left out by an edit list.
    return flags.includes("K") && !flags.includes("D") && Number.isFinite(Number(time)) ? [Number(time) - info.start] : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}
