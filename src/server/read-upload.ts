import { ReenactError } from "../errors.js";
import { readPhoto, type Photo } from "../streams/photo.js";
import { isPhotoFile } from "./decode-frame.js";
import type { LiveLimits } from "./limits.js";

/** As much of a photo as a session needs. */
export type ReadPhoto = Pick<Photo, "pixels" | "notes">;

/**
 * A photo that a client sent, as pixels.
 *
 * @throws ReenactError PHOTO_UNREADABLE or PHOTO_TOO_LARGE
 */
export async function readUpload(bytes: Uint8Array, { maxPhotoPixels, maxSide }: Pick<LiveLimits, "maxPhotoPixels" | "maxSide">): Promise<ReadPhoto> {
  if (!isPhotoFile(bytes)) throw new ReenactError("PHOTO_UNREADABLE", "Expected a photo but this file is none: use JPEG, PNG, WebP, AVIF, TIFF or GIF.");
  const { pixels, notes } = await readPhoto(bytes, { maxPixels: maxPhotoPixels, maxSide });
  return { pixels, notes };
}
