import { readdir } from "node:fs/promises";
import { basename, extname, join, sep } from "node:path";
import { ReenactError } from "../../errors.js";

/** A video that shows one person. */
export interface PersonVideo {
  readonly path: string;
  readonly person: string;
}

/** Of files that may as well be single pictures (PNG, AVIF, WebP) none is taken for a video. */
const VIDEOS = new Set([
  ".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".wmv", ".flv", ".gif", ".apng", ".m2ts", ".3gp", ".ogv", ".mxf", ".vob",
]);

/**
 * Lists the videos in a folder and below. The videos in one subfolder show one person, whose name is the subfolder's path; a video that
 * lies in the folder itself shows a person of its own.
 *
 * @param option what the folder is named by on the command line
 * @throws ReenactError DATA_INVALID when the folder cannot be read or holds no video
 */
export async function listPersonVideos(dir: string, option = "--videos"): Promise<PersonVideo[]> {
  const names = await readdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new ReenactError("DATA_INVALID", `Expected a folder of videos at ${dir}, but it cannot be read; check ${option}.`, { cause });
  });
  const videos = names.map((name) => name.split(sep).join("/")).filter((name) => VIDEOS.has(extname(name).toLowerCase())).sort();
  if (videos.length === 0) throw new ReenactError("DATA_INVALID", `Expected videos in ${dir} but found none; put MP4, MOV, MKV, WebM or AVI files there.`);
  return videos.map((name) => ({
    path: join(dir, name), person: name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : basename(name, extname(name)),
  }));
}
