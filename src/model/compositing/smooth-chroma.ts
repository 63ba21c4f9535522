import { CROP_SIZE } from "../geometry/alignment.js";

/** ITU-R BT.601 shares of red, green and blue in luma. */
const RED = 0.299, GREEN = 0.587, BLUE = 0.114;
/** How far the kernel reaches, crop pixels. */
const REACH = 2;

/** A rectangle of crop pixels: from (left, top) up to but without (right, bottom). */
export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Smooths the colours of a picture but not its light, by the binomial kernel 1 4 6 4 1. A network that paints pixel by pixel
 * leaves a fine rainbow that an enlargement would show; eyes resolve colour far less finely than light, so nothing else is lost.
 * What lies outside the crop repeats its border.
 */
export class ChromaSmoother {
  /** Red and blue less luma, [96, 96, 2] each. */
  private readonly chroma = new Float32Array(CROP_SIZE * CROP_SIZE * 2);
  private readonly across = new Float32Array(CROP_SIZE * CROP_SIZE * 2);

  /**
   * Smooths `box` in place.
   *
   * @param picture [96, 96, stride]: RGB first, in any unit
   * @param stride numbers per pixel
   */
  smooth(picture: Float32Array, stride: number, box: CropBox): void {
    const { chroma, across } = this;
    const top = Math.max(0, box.top - REACH), bottom = Math.min(CROP_SIZE, box.bottom + REACH);
    const left = Math.max(0, box.left - REACH), right = Math.min(CROP_SIZE, box.right + REACH);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const p = y * CROP_SIZE + x, q = p * stride;
        const luma = RED * picture[q] + GREEN * picture[q + 1] + BLUE * picture[q + 2];
        chroma[2 * p] = picture[q] - luma;
        chroma[2 * p + 1] = picture[q + 2] - luma;
      }
    }
    for (let y = top; y < bottom; y++) {
      for (let x = box.left; x < box.right; x++) blend(chroma, across, y * CROP_SIZE + x, 1, x - left, right - 1 - x);
    }
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const p = y * CROP_SIZE + x, q = p * stride;
        const luma = RED * picture[q] + GREEN * picture[q + 1] + BLUE * picture[q + 2];
        blend(across, chroma, p, CROP_SIZE, y - top, bottom - 1 - y);
        const red = chroma[2 * p], blue = chroma[2 * p + 1];
        picture[q] = luma + red;
        picture[q + 1] = luma - (RED * red + BLUE * blue) / GREEN;
        picture[q + 2] = luma + blue;
      }
    }
  }
}

/** The kernel at pixel p along an axis of which `before` and `after` pixels exist to either side. */
function blend(from: Float32Array, to: Float32Array, p: number, step: number, before: number, after: number): void {
  const a = 2 * (p - step * Math.min(2, before)), b = 2 * (p - step * Math.min(1, before));
  const d = 2 * (p + step * Math.min(1, after)), e = 2 * (p + step * Math.min(2, after));
  to[2 * p] = (from[a] + from[e] + 4 * (from[b] + from[d]) + 6 * from[2 * p]) / 16;
  to[2 * p + 1] = (from[a + 1] + from[e + 1] + 4 * (from[b + 1] + from[d + 1]) + 6 * from[2 * p + 1]) / 16;
}
