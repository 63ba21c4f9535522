import { CROP_SIZE } from "../geometry/alignment.js";
import { smoothstep } from "../geometry/kernels.js";

/** How much steeper than the enlarged mask an edge becomes: the enlarged edge spans about three crop pixels, a lip's edge one. */
const STEEPNESS = 1.6;

/**
 * The lowest and highest mask among each pixel's 3×3 neighbours: enlarged beside the mask, they tell an edge from an even tone.
 *
 * @param mask [96, 96]
 * @param low receives [96, 96]
 * @param high receives [96, 96]
 */
export function localRange(mask: Float32Array, low: Float32Array, high: Float32Array): void {
  const n = CROP_SIZE, last = n * (n - 1);
  for (let p = 0; p < mask.length; p++) {
    const above = mask[p < n ? p : p - n], here = mask[p], below = mask[p < last ? p + n : p];
    low[p] = above < here ? (above < below ? above : below) : here < below ? here : below;
    high[p] = above > here ? (above > below ? above : below) : here > below ? here : below;
  }
  for (let row = 0; row < mask.length; row += n) {
    let lowLeft = low[row], highLeft = high[row];
    for (let p = row; p < row + n; p++) {
      const right = p + 1 < row + n ? p + 1 : p;
      const lowHere = low[p], highHere = high[p];
      low[p] = Math.min(lowLeft, lowHere, low[right]);
      high[p] = Math.max(highLeft, highHere, high[right]);
      lowLeft = lowHere;
      highLeft = highHere;
    }
  }
}

/**
 * Makes an enlarged mask's edge crisp again: an S-curve between the local extremes. Where the mask is even it changes nothing.
 *
 * @param mask enlarged, 0…1
 * @param low enlarged local minimum
 * @param high enlarged local maximum
 */
export function crispMask(mask: number, low: number, high: number): number {
  const range = high - low;
  if (!(range > 1e-4)) return mask;
  return low + range * smoothstep(((mask - low) / range - 0.5) * STEEPNESS + 0.5);
}
