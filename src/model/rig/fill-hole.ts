/** Of the 64 by which 16 places count at most, so much makes their mean certain. */
const SURE = 16;

/**
 * Fills what is unknown of a picture from what is known round it, smoothly: the known is averaged on ever coarser grids until nothing is
 * unknown, and on the way back every place takes what the coarser grid knows as far as it knows nothing itself.
 *
 * @param colours [height, width, 3], rewritten: known places are kept
 * @param known [height, width] 0…1: how far a place is known
 */
export function fillHole(colours: Float32Array, known: Float32Array, width: number, height: number): void {
  if (width <= 1 && height <= 1) return; // it is what it is
  const halfWidth = Math.ceil(width / 2), halfHeight = Math.ceil(height / 2), size = halfWidth * halfHeight;
  const coarse = new Float32Array(3 * size), certain = new Float32Array(size);
  for (let j = 0, n = 0; j < halfHeight; j++) {
    for (let i = 0; i < halfWidth; i++, n++) {
      let red = 0, green = 0, blue = 0, total = 0;
      for (let y = Math.max(0, 2 * j - 1); y <= Math.min(height - 1, 2 * j + 2); y++) {
        for (let x = Math.max(0, 2 * i - 1); x <= Math.min(width - 1, 2 * i + 2); x++) {
          const near = (y >> 1 === j ? 3 : 1) * (x >> 1 === i ? 3 : 1), m = y * width + x, weight = near * known[m];
          red += weight * colours[3 * m];
          green += weight * colours[3 * m + 1];
          blue += weight * colours[3 * m + 2];
          total += weight;
        }
      }
      if (total === 0) continue;
      coarse[3 * n] = red / total;
      coarse[3 * n + 1] = green / total;
      coarse[3 * n + 2] = blue / total;
      certain[n] = Math.min(1, total / SURE);
    }
  }
  fillHole(coarse, certain, halfWidth, halfHeight);
  const right = halfWidth > 1 ? 3 : 0, down = halfHeight > 1 ? 3 * halfWidth : 0;
  for (let y = 0, m = 0; y < height; y++) {
    const gy = Math.min(halfHeight - 1, Math.max(0, y / 2 - 0.25)), j = Math.min(Math.floor(gy), Math.max(0, halfHeight - 2)), t = gy - j;
    for (let x = 0; x < width; x++, m++) {
      const unknown = 1 - known[m];
      if (unknown <= 0) continue;
      const gx = Math.min(halfWidth - 1, Math.max(0, x / 2 - 0.25)), i = Math.min(Math.floor(gx), Math.max(0, halfWidth - 2)), s = gx - i;
      for (let c = 0, a = 3 * (j * halfWidth + i); c < 3; c++, a++) {
        const above = coarse[a] + s * (coarse[a + right] - coarse[a]), below = coarse[a + down] + s * (coarse[a + down + right] - coarse[a + down]);
        colours[3 * m + c] += unknown * (above + t * (below - above) - colours[3 * m + c]);
      }
    }
  }
}
