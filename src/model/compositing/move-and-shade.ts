import { warpBilinear, type Plane } from "../geometry/resample.js";

/**
 * (1 + s) ⊙ warp(x_t, f) on the crop's own grid, brightness counted from black.
 *
 * @param crop x_t [96, 96, 3] in −1…1
 * @param flow [96, 96, 2], crop pixels
 * @param shading s [96, 96]
 * @param out receives the result; allocated when left out
 * @returns [96, 96, 3]
 */
export function moveAndShade(crop: Plane, flow: Float32Array, shading: Float32Array, out?: Float32Array<ArrayBuffer>): Float32Array {
  const moved = warpBilinear(crop, flow, out);
  for (let i = 0; i < moved.length; i++) moved[i] += shading[Math.floor(i / 3)] * (moved[i] + 1);
  return moved;
}
