import type { Pixels } from "../frame.js";

/** Width and height, pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `size`, scaled down (never up) so that its longer side is at most `maxSide`; each side stays at least 1. */
export function fitWithin({ width, height }: Size, maxSide: number | undefined): Size {
  const scale = maxSide === undefined ? 1 : Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The next even size: what encoders need that store colour at half the resolution. */
export function evenSize({ width, height }: Size): Size {
  return { width: width + (width % 2), height: height + (height % 2) };
}

/**
 * Repeats the last column and the last row once where that makes the size even: every given pixel stays what and where it is,
 * and the added ones do not show. Pixels of an even size come back as they are.
 */
export function padToEven(pixels: Pixels): Pixels {
  const { data, width, height } = pixels;
  const padded = evenSize(pixels);
  if (padded.width === width && padded.height === height) return pixels;
  const [row, paddedRow] = [width * 3, padded.width * 3];
  const target = new Uint8Array(paddedRow * padded.height);
  for (let y = 0; y < padded.height; y++) {
    const from = Math.min(y, height - 1) * row;
    target.set(data.subarray(from, from + row), y * paddedRow);
    if (paddedRow > row) target.set(data.subarray(from + row - 3, from + row), y * paddedRow + row);
  }
  return { data: target, ...padded };
}
