import { CROP_SIZE } from "../geometry/alignment.js";
import { moveAndShade } from "./move-and-shade.js";
import type { MotionResult } from "./motion-result.js";

/**
 * x̂' of one frame at the crop's own size: what `moveAndPaint` says, without a network.
 *
 * @param photo x_t [96, 96, 3] in −1…1
 * @param strength 0…1.5: scales the motion, and up to 1 what is shaded and painted
 * @returns [96, 96, 3] in −1…1
 */
export function applyMotion(photo: Float32Array, { painted, flow, mask, shading }: MotionResult, strength = 1): Float32Array {
  const share = Math.min(1, strength), scaled = (field: Float32Array, by: number) => (by === 1 ? field : field.map((value) => value * by));
  const moved = moveAndShade({ data: photo, width: CROP_SIZE, height: CROP_SIZE, channels: 3 }, scaled(flow, strength), scaled(shading, share));
  for (let i = 0; i < moved.length; i++) moved[i] += share * mask[Math.floor(i / 3)] * (painted[i] - moved[i]);
  return moved;
}
