import type { Pixels } from "../../frame.js";

/**
 * A picture stretched to a small size: every place is the mean of the pixels that fall on it, or the one pixel there where it grows.
 *
 * @returns red, green and blue planes one after the other, each [height, width], 0…255
 */
export function shrinkTo({ data, width: across, height: down }: Pixels, width: number, height: number): Float32Array {
  const plane = width * height, planes = new Float32Array(3 * plane);
  for (let j = 0, n = 0; j < height; j++) {
    const top = Math.floor((j * down) / height), bottom = Math.max(top + 1, Math.floor(((j + 1) * down) / height));
    for (let i = 0; i < width; i++, n++) {
      const left = Math.floor((i * across) / width), right = Math.max(left + 1, Math.floor(((i + 1) * across) / width));
      let red = 0, green = 0, blue = 0;
      for (let y = top; y < bottom; y++) {
        for (let at = 3 * (y * across + left), end = 3 * (y * across + right); at < end; at += 3) {
          red += data[at];
          green += data[at + 1];
          blue += data[at + 2];
        }
      }
      const count = (bottom - top) * (right - left);
      planes[n] = red / count;
      planes[plane + n] = green / count;
      planes[2 * plane + n] = blue / count;
    }
  }
  return planes;
}
