import type { Pixels } from "../../frame.js";

/** A part of a picture: pixels left ≤ x < left + width, top ≤ y < top + height. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Luma of a picture (ITU-R BT.601), 0…255, [height, width]. */
export function luma({ data, width, height }: Pixels): Float32Array {
  const out = new Float32Array(width * height);
  for (let p = 0, q = 0; p < out.length; p++, q += 3) out[p] = 0.299 * data[q] + 0.587 * data[q + 1] + 0.114 * data[q + 2];
  return out;
}

/**
 * Sharpness: the variance of the Laplacian of the luma (Pech-Pacheco et al. 2000), with the four-neighbour kernel, in grey levels².
 * Comparable between pictures of the same thing at the same size only.
 *
 * @param region where to measure, clipped to where all four neighbours exist; the whole picture when left out
 * @returns 0 where nothing is left of the region
 */
export function laplacianVariance(image: Pixels, region: Region = { left: 0, top: 0, width: image.width, height: image.height }): number {
  return planeSharpness(luma(image), image.width, image.height, region);
}

/**
 * {@link laplacianVariance} of one plane.
 *
 * @param mask [height, width] only pixels above one half count; all when left out
 */
export function planeSharpness(grey: Float32Array, width: number, height: number, region: Region = { left: 0, top: 0, width, height }, mask?: Float32Array): number {
  const x0 = Math.max(1, region.left), x1 = Math.min(width - 1, region.left + region.width);
  const y0 = Math.max(1, region.top), y1 = Math.min(height - 1, region.top + region.height);
  let sum = 0, squares = 0, count = 0;
  for (let y = y0; y < y1; y++) {
    for (let p = y * width + x0; p < y * width + x1; p++) {
      if (mask && mask[p] <= 0.5) continue;
      const value = grey[p - 1] + grey[p + 1] + grey[p - width] + grey[p + width] - 4 * grey[p];
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/**
 * Peak signal-to-noise ratio of two pictures over all channels, decibels; Infinity when they are equal.
 *
 * @throws RangeError when their sizes differ
 */
export function psnr(a: Pixels, b: Pixels): number {
  checkSizes(a, b);
  let squares = 0;
  for (let i = 0; i < a.data.length; i++) squares += (a.data[i] - b.data[i]) ** 2;
  return 10 * Math.log10(255 * 255 * a.data.length / squares);
}

/** @throws RangeError when two pictures differ in size */
export function checkSizes(a: Pixels, b: Pixels): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new RangeError(`Expected two pictures of one size but received ${a.width}×${a.height} and ${b.width}×${b.height}`);
}
