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
  const kernel = gaussianKernel(sigma);
  const radius = kernel.length >> 1;
  if (width === 0 || height === 0) return;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      if (x >= radius && x + radius < width) {
        for (let k = 0, i = row + x - radius; k < kernel.length; k++, i++) sum += kernel[k] * plane[i];
      } else {
        for (let k = 0; k < kernel.length; k++) sum += kernel[k] * plane[row + mirror(x + k - radius, width)];
      }
      scratch[row + x] = sum;
    }
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    plane.fill(0, row, row + width);
    for (let k = 0; k < kernel.length; k++) {
      const from = mirror(y + k - radius, height) * width, weight = kernel[k];
      for (let x = 0; x < width; x++) plane[row + x] += weight * scratch[from + x];
    }
  }
}

function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.max(1, Math.round(4 * sigma));
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-((k - radius) ** 2) / (2 * sigma * sigma)));
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** Index reflected into 0…size − 1 without repeating the border. */
function mirror(i: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * size - 2;
  const folded = ((i % period) + period) % period;
  return folded < size ? folded : period - folded;
}
