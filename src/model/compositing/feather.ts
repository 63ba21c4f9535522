import { CROP_SIZE } from "../geometry/alignment.js";
import { smoothstep } from "../geometry/kernels.js";

/** Rows and columns along the crop's border that stay at 0: the reach of the kernels that enlarge what lies inside. */
const BORDER = 2.5;

/**
 * The window that takes flow and mask to nothing towards the crop's border, so that the face joins the photo without a seam:
 * 1 inside, falling smoothly over the feather along a rounded square, 0 on the outer three pixels.
 *
 * @param feather width of the fall as a share of the crop's side, above 0
 * @param corner radius of the rounded corners as a share of the crop's side: they hold background, not face
 * @returns [96, 96], 0…1
 */
export function featherWindow(feather = 0.05, corner = 0.3): Float32Array {
  const window = new Float32Array(CROP_SIZE * CROP_SIZE);
  const half = CROP_SIZE / 2, radius = corner * CROP_SIZE, core = half - radius;
  for (let y = 0, p = 0; y < CROP_SIZE; y++) {
    for (let x = 0; x < CROP_SIZE; x++, p++) {
      const u = Math.abs(x + 0.5 - half) - core, v = Math.abs(y + 0.5 - half) - core;
      const inside = radius - (u > 0 && v > 0 ? Math.hypot(u, v) : Math.max(u, v));
      window[p] = smoothstep((inside - BORDER) / (feather * CROP_SIZE));
    }
  }
  return window;
}
