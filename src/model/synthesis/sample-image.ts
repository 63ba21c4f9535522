/** Catmull–Rom's steeper cousin: the cubic convolution kernel (Keys 1981) with a = −0.75, which keeps skin texture crisp. */
const SHARPNESS = -0.75;

/**
 * Bicubic sample of an RGB image, its border repeated.
 *
 * @param image [height, width, 3]
 * @param x column, pixel centres at integers
 * @param out receives the three channels at `at`; values may overshoot 0…255
 */
export function sampleBicubic(
  image: Uint8Array, width: number, height: number, x: number, y: number, out: Float32Array, at: number,
): void {
  const x0 = Math.floor(x), y0 = Math.floor(y);
  const fx = x - x0, fy = y - y0;
  const wx0 = outerWeight(1 + fx), wx1 = innerWeight(fx), wx2 = innerWeight(1 - fx), wx3 = 1 - wx0 - wx1 - wx2;
  const wy0 = outerWeight(1 + fy), wy1 = innerWeight(fy), wy2 = innerWeight(1 - fy), wy3 = 1 - wy0 - wy1 - wy2;
  const lastX = width - 1, lastY = height - 1;
  const inside = x0 >= 1 && x0 + 2 <= lastX;
  const c0 = 3 * (inside ? x0 - 1 : clamp(x0 - 1, lastX)), c1 = 3 * (inside ? x0 : clamp(x0, lastX));
  const c2 = 3 * (inside ? x0 + 1 : clamp(x0 + 1, lastX)), c3 = 3 * (inside ? x0 + 2 : clamp(x0 + 2, lastX));
  let r = 0, g = 0, b = 0;
  for (let k = 0; k < 4; k++) {
    const row = clamp(y0 - 1 + k, lastY) * width * 3;
    const w = k === 0 ? wy0 : k === 1 ? wy1 : k === 2 ? wy2 : wy3;
    const i0 = row + c0, i1 = row + c1, i2 = row + c2, i3 = row + c3;
    r += w * (wx0 * image[i0] + wx1 * image[i1] + wx2 * image[i2] + wx3 * image[i3]);
    g += w * (wx0 * image[i0 + 1] + wx1 * image[i1 + 1] + wx2 * image[i2 + 1] + wx3 * image[i3 + 1]);
    b += w * (wx0 * image[i0 + 2] + wx1 * image[i1 + 2] + wx2 * image[i2 + 2] + wx3 * image[i3 + 2]);
  }
  out[at] = r;
  out[at + 1] = g;
  out[at + 2] = b;
}

/** Bilinear sample of an RGB image, its border repeated; parameters as for {@link sampleBicubic}. */
export function sampleBilinear(
  image: Uint8Array, width: number, height: number, x: number, y: number, out: Float32Array, at: number,
): void {
  const x0 = Math.floor(x), y0 = Math.floor(y);
  const fx = x - x0, fy = y - y0;
  const c0 = 3 * clamp(x0, width - 1), c1 = 3 * clamp(x0 + 1, width - 1);
  const r0 = 3 * width * clamp(y0, height - 1), r1 = 3 * width * clamp(y0 + 1, height - 1);
  const w00 = (1 - fx) * (1 - fy), w01 = fx * (1 - fy), w10 = (1 - fx) * fy, w11 = fx * fy;
  for (let c = 0; c < 3; c++) {
    out[at + c] = w00 * image[r0 + c0 + c] + w01 * image[r0 + c1 + c] + w10 * image[r1 + c0 + c] + w11 * image[r1 + c1 + c];
  }
}

/** The kernel for distances 0…1. */
function innerWeight(t: number): number {
  return ((SHARPNESS + 2) * t - (SHARPNESS + 3)) * t * t + 1;
}

/** The kernel for distances 1…2. */
function outerWeight(t: number): number {
  return ((SHARPNESS * t - 5 * SHARPNESS) * t + 8 * SHARPNESS) * t - 4 * SHARPNESS;
}

function clamp(i: number, last: number): number {
  return i < 0 ? 0 : i > last ? last : i;
}
