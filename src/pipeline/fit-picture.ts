import type { Pixels } from "../frame.js";

/** A picture scaled to fit into width×height, centred on black, bilinearly; the picture itself when it has that size already. */
export function fitPicture(picture: Pixels, width: number, height: number): Pixels {
  if (picture.width === width && picture.height === height) return picture;
  const scale = Math.min(width / picture.width, height / picture.height);
  const left = Math.round((width - picture.width * scale) / 2), top = Math.round((height - picture.height * scale) / 2);
  const right = width - left, bottom = height - top;
  const data = new Uint8Array(width * height * 3);
  const stride = 3 * picture.width;
  for (let y = top; y < bottom; y++) {
    const sy = Math.min(picture.height - 1, Math.max(0, (y + 0.5 - top) / scale - 0.5));
    const y0 = Math.floor(sy), fy = sy - y0, down = y0 + 1 < picture.height ? stride : 0;
    for (let x = left; x < right; x++) {
      const sx = Math.min(picture.width - 1, Math.max(0, (x + 0.5 - left) / scale - 0.5));
      const x0 = Math.floor(sx), fx = sx - x0, next = x0 + 1 < picture.width ? 3 : 0;
      for (let c = 0, p = y0 * stride + 3 * x0, to = 3 * (y * width + x); c < 3; c++, p++, to++) {
        const upper = picture.data[p] * (1 - fx) + picture.data[p + next] * fx;
        const lower = picture.data[p + down] * (1 - fx) + picture.data[p + down + next] * fx;
        data[to] = upper * (1 - fy) + lower * fy + 0.5;
      }
    }
  }
  return { data, width, height };
}
