import type { Pixels } from "../../frame.js";
import { cubicWeights, PHASES, weightTable } from "../geometry/kernels.js";
import { SLOPE, STILL, type PhotoBox, type RowWarper } from "./row-warper.js";

const TABLE = weightTable((t) => cubicWeights(t, SLOPE));

/** {@link RowWarper} in plain JavaScript: what runs where WebAssembly's SIMD is missing, and what it is tested against. */
export class ScriptWarper implements RowWarper {
  readonly shift: Float32Array;
  private readonly photo: Pixels;
  private readonly box: PhotoBox;

  constructor(photo: Pixels, box: PhotoBox) {
    this.photo = photo;
    this.box = box;
    this.shift = new Float32Array(box.width * 2);
  }

  warp(row: number, from: number, end: number, out: Uint8ClampedArray): void {
    const { data, width, height } = this.photo;
    const { left, top } = this.box, { shift } = this;
    const stride = width * 3, y = top + row;
    for (let x = left + from, s = 2 * from, to = (y * width + x) * 3; x < left + end; x++, s += 2, to += 3) {
      const dx = Math.abs(shift[s]) < STILL ? 0 : shift[s], dy = Math.abs(shift[s + 1]) < STILL ? 0 : shift[s + 1];
      if (dx === 0 && dy === 0) continue;
      const sx = Math.min(width - 1, Math.max(0, x + dx)), sy = Math.min(height - 1, Math.max(0, y + dy));
      const ix = sx | 0, iy = sy | 0;
      const px = ((sx - ix) * PHASES + 0.5 | 0) << 2, py = ((sy - iy) * PHASES + 0.5 | 0) << 2;
      // Along the photo's border the taps that would lie outside repeat the border.
      const c1 = ix * 3, c0 = ix > 0 ? c1 - 3 : c1, c2 = ix < width - 1 ? c1 + 3 : c1, c3 = ix < width - 2 ? c2 + 3 : c2;
      const w0 = TABLE[px], w1 = TABLE[px + 1], w2 = TABLE[px + 2], w3 = TABLE[px + 3];
      let red = 0, green = 0, blue = 0;
      for (let k = 0; k < 4; k++) {
        const line = Math.min(height - 1, Math.max(0, iy - 1 + k)) * stride;
        const w = TABLE[py + k];
        const a = line + c0, b = line + c1, c = line + c2, d = line + c3;
        red += w * (w0 * data[a] + w1 * data[b] + w2 * data[c] + w3 * data[d]);
        green += w * (w0 * data[a + 1] + w1 * data[b + 1] + w2 * data[c + 1] + w3 * data[d + 1]);
        blue += w * (w0 * data[a + 2] + w1 * data[b + 2] + w2 * data[c + 2] + w3 * data[d + 2]);
      }
      out[to] = red;
      out[to + 1] = green;
      out[to + 2] = blue;
    }
  }
}
