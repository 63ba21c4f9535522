import sharp from "sharp";
import { Content } from "../client/protocol.js";
import type { Pixels } from "../frame.js";
import { CROP_SIZE } from "../model/geometry/alignment.js";
import { toFloats } from "../model/geometry/crop-bytes.js";

/** Whether these bytes begin as a JPEG or a WebP file does: nothing else of a camera is handed to a decoder. */
export function isCameraPicture(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return true;
  return ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP";
}

/**
 * Whether these bytes begin as one of the photo formats that are taken from others. SVG, PDF and whatever else the decoder might know is
 * not for strangers: such files can name further files.
 */
export function isPhotoFile(bytes: Uint8Array): boolean {
  if (isCameraPicture(bytes)) return true;
  if (bytes.length < 12) return false;
  const head = ascii(bytes, 0, 4);
  if (head === "\x89PNG" || head === "GIF8" || head === "II*\0" || head === "MM\0*") return true;
  return /^ftyp(avif|avis|mif1|heic|heix)/.test(ascii(bytes, 4, 12)); // HEIC goes on to a sentence of its own
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** A frame's picture; undefined when it is none, or larger than allowed. */
export async function decodePicture(bytes: Uint8Array, maxPixels: number): Promise<Pixels | undefined> {
  if (!isCameraPicture(bytes)) return undefined;
  try {
    const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", pages: 1 });
    const { data, info } = await image.flatten({ background: "#000000" }).toColourspace("srgb").raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? { data, width: info.width, height: info.height } : undefined;
  } catch {
    return undefined;
  }
}

/** An aligned crop as the network reads it, [96, 96, 3] RGB in −1…1, and as a picture; undefined when it is none of 96×96 pixels. */
export async function decodeCrop(bytes: Uint8Array): Promise<{ picture: Pixels; crop: Float32Array } | undefined> {
  const picture = await decodePicture(bytes, CROP_SIZE * CROP_SIZE);
  if (picture?.width !== CROP_SIZE || picture.height !== CROP_SIZE) return undefined;
  return { picture, crop: toFloats(picture.data) };
}

/** A crop's own pixels, as {@link decodeCrop}; undefined when they are not as many as it has. @param bytes RGB */
export function readCrop(bytes: Uint8Array): { picture: Pixels; crop: Float32Array } | undefined {
  if (bytes.length !== CROP_SIZE * CROP_SIZE * 3) return undefined;
  return { picture: { data: bytes, width: CROP_SIZE, height: CROP_SIZE }, crop: toFloats(bytes) };
}

/** Whether a frame of this content is a whole picture. */
export function isPicture(content: Content): boolean {
  return content === Content.jpegPicture || content === Content.webpPicture;
}
