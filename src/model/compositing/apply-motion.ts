import { CROP_SIZE } from "../geometry/alignment.js";
import { warpBilinear } from "../geometry/resample.js";
import type { MotionResult } from "./motion-result.js";

/**
 * x̂' of one frame at the crop's own size: what `moveAndPaint` says, without a network.
 *
 * @param photo x_t [96, 96, 3] in −1…1
 * @param strength 0…1.5: scales the motion, and up to 1 what is shaded and painted
 * @returns [96, 96, 3] in −1…1
 */
export function applyMotion(photo: Float32Array, { painted, flow, mask, shading }: MotionResult, strength = 1): Float32Array {
  const crop = { data: photo, width: CROP_SIZE, height: CROP_SIZE, channels: 3 };
  const moved = warpBilinear(crop, strength === 1 ? flow : flow.map((way) => way * strength)), share = Math.min(1, strength);
  return moved.map((value, i) => {
    const p = Math.floor(i / 3);
    const shaded = value + share * shading[p] * (value + 1);
    return shaded + share * mask[p] * (painted[i] - shaded);
  });
}
