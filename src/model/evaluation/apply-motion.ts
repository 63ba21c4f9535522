import { CROP_SIZE } from "../geometry/alignment.js";
import type { GeneratedBatch } from "../engines/engine.js";

/**
 * x̂' = m ⊙ x̂ + (1 − m) ⊙ warp(x_t, f) of one frame of a batch, at the crop's own size: what `moveAndPaint` says, without a network.
 *
 * @param photo x_t [96, 96, 3] in −1…1
 * @returns [96, 96, 3] in −1…1
 */
export function applyMotion(photo: Float32Array, { painted, flow, mask }: GeneratedBatch, frame = 0): Float32Array {
  const area = CROP_SIZE * CROP_SIZE, last = CROP_SIZE - 1;
  const out = new Float32Array(3 * area);
  for (let p = 0; p < area; p++) {
    const at = frame * area + p;
    const x = Math.min(last, Math.max(0, (p % CROP_SIZE) + flow[2 * at])), y = Math.min(last, Math.max(0, Math.floor(p / CROP_SIZE) + flow[2 * at + 1]));
    const ix = Math.min(last - 1, Math.floor(x)), iy = Math.min(last - 1, Math.floor(y));
    const fx = x - ix, fy = y - iy, m = mask[at];
    for (let c = 0; c < 3; c++) {
      const o = 3 * (iy * CROP_SIZE + ix) + c, below = o + 3 * CROP_SIZE;
      const moved = (1 - fy) * ((1 - fx) * photo[o] + fx * photo[o + 3]) + fy * ((1 - fx) * photo[below] + fx * photo[below + 3]);
      out[3 * p + c] = m * painted[3 * at + c] + (1 - m) * moved;
    }
  }
  return out;
}
