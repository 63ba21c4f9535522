/**
 * Gaussian blur of one plane in place, separable, the border mirrored about its pixels' centres. The kernel reaches four sigmas.
 *
 * @param plane [height, width]
 * @param sigma standard deviation in pixels, > 0
 * @param scratch at least as long as the plane; allocated when left out
 */
export function gaussianBlur(
  plane: Float32Array, width: number, height: number, sigma: number, scratch: Float32Array = new Float32Array(width * height),
): void {
  const half = halfKernel(sigma), radius = half.length - 1;
  const line = new Float64Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) line[radius + x] = plane[row + x];
    for (let k = 1; k <= radius; k++) {
      line[radius - k] = plane[row + mirror(-k, width)];
      line[radius + width - 1 + k] = plane[row + mirror(width - 1 + k, width)];
    }
    for (let x = 0; x < width; x++) {
      const i = x + radius;
      let sum = half[0] * line[i];
      for (let k = 1; k <= radius; k++) sum += half[k] * (line[i - k] + line[i + k]);
      scratch[row + x] = sum;
    }
  }
  const sums = line; // long enough for one row
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) sums[x] = half[0] * scratch[row + x];
    for (let k = 1; k <= radius; k++) {
      const above = mirror(y - k, height) * width, below = mirror(y + k, height) * width, weight = half[k];
      for (let x = 0; x < width; x++) sums[x] += weight * (scratch[above + x] + scratch[below + x]);
    }
    for (let x = 0; x < width; x++) plane[row + x] = sums[x];
  }
}

/** Weights at distances 0, 1, 2, …; both sides together sum to 1. */
function halfKernel(sigma: number): Float64Array {
  const half = Float64Array.from({ length: Math.max(1, Math.round(4 * sigma)) + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)));
  const sum = 2 * half.reduce((total, weight) => total + weight, 0) - half[0];
  return half.map((weight) => weight / sum);
}

/** Index reflected into 0…size − 1 without repeating the border. */
function mirror(i: number, size: number): number {
  if (i >= 0 && i < size) return i;
  if (size === 1) return 0;
  const period = 2 * size - 2;
  const folded = ((i % period) + period) % period;
  return folded < size ? folded : period - folded;
}
