import type { Pixels } from "../../frame.js";
import { checkSizes, luma } from "./image-measures.js";

/** Half the window's side, pixels, and its standard deviation: the 11×11 Gaussian of the paper. */
const REACH = 5, SIGMA = 1.5;
/** The paper's constants (K₁ = 0.01, K₂ = 0.03) at a dynamic range of 255. */
const C1 = (0.01 * 255) ** 2, C2 = (0.03 * 255) ** 2;

/**
 * Structural similarity of two pictures' luma (Wang, Bovik, Sheikh and Simoncelli 2004): the mean over all places where the 11×11 Gaussian
 * window fits, −1…1, 1 when they are equal.
 *
 * @throws RangeError when their sizes differ or are below 11×11
 */
export function ssim(a: Pixels, b: Pixels): number {
  checkSizes(a, b);
  const { width, height } = a;
  if (width <= 2 * REACH || height <= 2 * REACH) throw new RangeError(`Expected pictures of at least 11×11 pixels but received ${width}×${height}`);
  const x = luma(a), y = luma(b);
  const mean = (of: (p: number) => number) => windowed(Float32Array.from(x, (_, p) => of(p)), width, height);
  const mx = mean((p) => x[p]), my = mean((p) => y[p]);
  const xx = mean((p) => x[p] * x[p]), yy = mean((p) => y[p] * y[p]), xy = mean((p) => x[p] * y[p]);
  let sum = 0;
  for (let p = 0; p < mx.length; p++) {
    const ux = mx[p], uy = my[p];
    const vx = xx[p] - ux * ux, vy = yy[p] - uy * uy, cov = xy[p] - ux * uy;
    sum += ((2 * ux * uy + C1) * (2 * cov + C2)) / ((ux * ux + uy * uy + C1) * (vx + vy + C2));
  }
  return sum / mx.length;
}

const WINDOW = Float64Array.from({ length: 2 * REACH + 1 }, (_, k) => Math.exp(-((k - REACH) ** 2) / (2 * SIGMA * SIGMA)));
const TOTAL = WINDOW.reduce((sum, w) => sum + w, 0);

/** The Gaussian mean round every pixel whose window fits: [height − 10, width − 10]. */
function windowed(plane: Float32Array, width: number, height: number): Float64Array {
  const wide = width - 2 * REACH, high = height - 2 * REACH;
  const rows = new Float64Array(height * wide), out = new Float64Array(high * wide);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < wide; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k] * plane[y * width + x + k];
      rows[y * wide + x] = sum / TOTAL;
    }
  }
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k] * rows[(y + k) * wide + x];
      out[y * wide + x] = sum / TOTAL;
    }
  }
  return out;
}
