import sharp from "sharp";
import type { Pixels } from "../../frame.js";

/**
 * Reads an image file upright as 8-bit sRGB, transparency over white.
 *
 * @throws whatever sharp reports when the file is no image it reads
 */
export async function readRgb(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).rotate().flatten({ background: "white" }).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width: info.width, height: info.height };
}

/** A smaller copy, every axis filtered by sharp's Lanczos kernel. */
export async function shrink(image: Pixels, width: number, height: number): Promise<Pixels> {
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const data = await sharp(image.data, { raw }).resize(width, height, { fit: "fill" }).raw().toBuffer();
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height };
}
