import type { Pixels } from "../../frame.js";

/** A picture made smaller by a whole factor: each of its pixels is the mean of factor × factor; what is left over at the edges is cut. */
export function shrinkBlocks({ data, width, height }: Pixels, factor: number): Pixels {
  const columns = Math.floor(width / factor), rows = Math.floor(height / factor);
  const out = new Uint8Array(columns * rows * 3);
  const sums = new Uint32Array(columns * 3);
  const area = factor * factor;
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let y = row * factor; y < (row + 1) * factor; y++) {
      for (let column = 0, p = y * width * 3; column < columns; column++) {
        let r = 0, g = 0, b = 0;
        for (let x = 0; x < factor; x++, p += 3) {
          r += data[p]; g += data[p + 1]; b += data[p + 2];
        }
        sums[column * 3] += r; sums[column * 3 + 1] += g; sums[column * 3 + 2] += b;
      }
    }
    const start = row * columns * 3;
    for (let i = 0; i < sums.length; i++) out[start + i] = (sums[i] + area / 2) / area;
  }
  return { data: out, width: columns, height: rows };
}
