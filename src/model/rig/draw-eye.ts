import { clamp01 } from "../geometry/kernels.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import { polygonCoverage } from "../synthesis/polygon-coverage.js";
import { openingPolygon } from "../synthesis/opening-polygon.js";
import type { EyePlate } from "./eye-plate.js";
import type { OpeningPlace } from "./opening-place.js";
import type { Picture } from "./picture.js";
import { Rim } from "./rim.js";

/** What the upper lid's shadow leaves of the light right below it, and how far it reaches, cm. */
const SHADOW = 0.72, SHADOW_REACH = 0.12;

/** How an eye is drawn in one frame. */
export interface EyeDrawing {
  /** [≥ 468, 2] where the lids are. */
  readonly target: Float64Array;
  readonly place: OpeningPlace;
  /** How far the iris has moved, photo pixels. */
  readonly gazeX: number;
  readonly gazeY: number;
  /** Photo pixels per cm. */
  readonly scale: number;
  /** Pixels that count as one (1 for small faces). */
  readonly detail: number;
  /** 0…1: at 0 the photo's own eye is left as it is. */
  readonly presence: number;
}

/** Draws one eye between its moved lids, out of its plates: the eyeball stands still, the iris moves over it, the lid shades it. */
export function drawEye(picture: Picture, plate: EyePlate, { target, place, gazeX, gazeY, scale, detail, presence }: EyeDrawing): void {
  if (presence <= 0) return;
  const mask = polygonCoverage(openingPolygon(target, plate.opening), 3 * detail, { x: 0, y: 0, width: picture.width, height: picture.height });
  if (mask.width === 0 || mask.height === 0) return;
  gaussianBlur(mask.data, mask.width, mask.height, 0.6 * detail);
  const lid = new Rim(target, plate.opening.upper);
  const { ball, iris, x: left, y: top, width, height } = plate, { data } = picture;
  const lastX = width - 1.001, lastY = height - 1.001, reach = SHADOW_REACH * scale;
  for (let i = 0; i < mask.width; i++) {
    const x = mask.x + i, lidY = lid.at(x);
    for (let j = 0, n = i; j < mask.height; j++, n += mask.width) {
      const opacity = mask.data[n] * presence;
      if (opacity <= 0.004) continue;
      const y = mask.y + j;
      const px = place.xx * x + place.xy * y + place.tx, py = place.yx * x + place.yy * y + place.ty;
      const u = Math.min(lastX, Math.max(0, px - left)), v = Math.min(lastY, Math.max(0, py - top));
      const iu = u | 0, iv = v | 0, fu = u - iu, fv = v - iv, p = iv * width + iu;
      const w00 = (1 - fu) * (1 - fv), w01 = fu * (1 - fv), w10 = (1 - fu) * fv, w11 = fu * fv;
      const b = 3 * p, below = b + 3 * width;
      let red = w00 * ball[b] + w01 * ball[b + 3] + w10 * ball[below] + w11 * ball[below + 3];
      let green = w00 * ball[b + 1] + w01 * ball[b + 4] + w10 * ball[below + 1] + w11 * ball[below + 4];
      let blue = w00 * ball[b + 2] + w01 * ball[b + 5] + w10 * ball[below + 2] + w11 * ball[below + 5];

      const s = px - gazeX - left, t = py - gazeY - top;
      if (s >= 0 && t >= 0 && s <= lastX && t <= lastY) {
        const is = s | 0, it = t | 0, fs = s - is, ft = t - it, q = 4 * (it * width + is), under = q + 4 * width;
        const a00 = (1 - fs) * (1 - ft) * iris[q + 3], a01 = fs * (1 - ft) * iris[q + 7];
        const a10 = (1 - fs) * ft * iris[under + 3], a11 = fs * ft * iris[under + 7];
        const disc = a00 + a01 + a10 + a11;
        if (disc > 0.002) {
          red += a00 * iris[q] + a01 * iris[q + 4] + a10 * iris[under] + a11 * iris[under + 4] - disc * red;
          green += a00 * iris[q + 1] + a01 * iris[q + 5] + a10 * iris[under + 1] + a11 * iris[under + 5] - disc * green;
          blue += a00 * iris[q + 2] + a01 * iris[q + 6] + a10 * iris[under + 2] + a11 * iris[under + 6] - disc * blue;
        }
      }
      // The photo's own shadow is in the plates already.
      const shade = Math.min(1.1, shadow((y - lidY) / reach) / shadow((py - plate.upper.at(px)) / reach));
      const to = 3 * (y * picture.width + x);
      data[to] += (shade * red - data[to]) * opacity;
      data[to + 1] += (shade * green - data[to + 1]) * opacity;
      data[to + 2] += (shade * blue - data[to + 2]) * opacity;
    }
  }
}

function shadow(depth: number): number {
  return SHADOW + (1 - SHADOW) * clamp01(depth);
}
