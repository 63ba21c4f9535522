import { fileURLToPath } from "node:url";
import { ReenactError } from "./errors.js";

/** A file or a folder as a program names it: a path, or a `file:` URL such as `new URL("photo.jpg", import.meta.url)`. */
export type FilePath = string | URL;

/**
 * The path that is meant. @param name what a caller calls it, for the error
 * @throws ReenactError USAGE for a URL of something else than a file on this machine
 */
export function filePath(place: FilePath, name: string): string {
  if (typeof place === "string") return place;
  try {
    return fileURLToPath(place);
  } catch (cause) {
    throw new ReenactError("USAGE", `Expected a path or a file: URL on this machine for \`${name}\` but received \`${place.href}\`: fetch it to a file first.`, { cause });
  }
}

/** A video as ffmpeg is told of it: a `file:` URL as a path, other URLs as they are. @throws ReenactError USAGE as {@link filePath} */
export function mediaPlace(place: FilePath, name: string): string {
  return place instanceof URL && place.protocol !== "file:" ? place.href : filePath(place, name);
}
