import type { PhotoBox } from "../compositing/row-warper.js";
import type { PersonMask } from "./person-mask.js";

/**
 * One row of a box of the photo out of a mask that is stretched over the photo.
 *
 * @param y row of the box
 * @param out [width of the box]
 */
export function stretchMask({ data, width, height }: PersonMask, photo: { readonly width: number; readonly height: number }, box: PhotoBox, y: number, out: Float32Array): void {
  const gy = Math.min(height - 1, Math.max(0, ((box.top + y + 0.5) * height) / photo.height - 0.5)), j = Math.min(Math.floor(gy), height - 2), t = gy - j;
  for (let x = 0; x < out.length; x++) {
    const gx = Math.min(width - 1, Math.max(0, ((box.left + x + 0.5) * width) / photo.width - 0.5)), i = Math.min(Math.floor(gx), width - 2), s = gx - i, n = j * width + i;
    const above = data[n] + s * (data[n + 1] - data[n]), below = data[n + width] + s * (data[n + width + 1] - data[n + width]);
    out[x] = above + t * (below - above);
  }
}
