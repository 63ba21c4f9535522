import type { VideoInfo } from "../streams/video-info.js";
import type { ResolvedOptions } from "./options.js";

/** How many frames of a video lie between the ends of a cut, where the input says so. */
export function expectedFrames({ frameCount, duration }: VideoInfo, { start, end }: Pick<ResolvedOptions, "start" | "end">): number | undefined {
  if (frameCount === undefined || (start === 0 && end === undefined)) return frameCount;
  if (duration === undefined || duration <= 0) return undefined;
  const shown = Math.max(0, Math.min(end ?? duration, duration) - start);
  return Math.max(1, Math.round((frameCount * shown) / duration));
}
