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
 * Sharpens the light of a picture and smooths its colours, both by the binomial kernel 1 4 6 4 1. What the network paints is softer than
 * faces are: trained by the mean of absolute differences it paints the middle of what could be there, and teeth come out grey in front of a
 * grey gap. And painting pixel by pixel it leaves a fine rainbow that an enlargement would show; eyes resolve colour far less finely than
 * light, so nothing else is lost. What lies outside the crop repeats its border.
 */
export class LightSharpener {
  /** Red and blue less luma, and luma: [96, 96, 3] each. */
  private readonly parts = new Float32Array(CROP_SIZE * CROP_SIZE * 3);
  private readonly across = new Float32Array(CROP_SIZE * CROP_SIZE * 3);

  /**
   * Works on `box`, in place. Values may end beyond the range that they had.
   *
   * @param picture [96, 96, stride]: RGB first, in any unit
   * @param stride numbers per pixel
   * @param amount how much of the light's difference to its blurred self is added: 0 leaves it as it is
   */
  sharpen(picture: Float32Array, stride: number, box: CropBox, amount: number): void {
    const { parts, across } = this;
    const top = Math.max(0, box.top - REACH), bottom = Math.min(CROP_SIZE, box.bottom + REACH);
    const left = Math.max(0, box.left - REACH), right = Math.min(CROP_SIZE, box.right + REACH);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const p = y * CROP_SIZE + x, q = p * stride;
        const luma = RED * picture[q] + GREEN * picture[q + 1] + BLUE * picture[q + 2];
        parts[3 * p] = picture[q] - luma;
        parts[3 * p + 1] = picture[q + 2] - luma;
        parts[3 * p + 2] = luma;
      }
    }
    for (let y = top; y < bottom; y++) {
      for (let x = box.left; x < box.right; x++) blend(parts, across, y * CROP_SIZE + x, 1, x - left, right - 1 - x);
    }
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const p = y * CROP_SIZE + x, q = p * stride, luma = parts[3 * p + 2];
        blend(across, parts, p, CROP_SIZE, y - top, bottom - 1 - y);
        const red = parts[3 * p], blue = parts[3 * p + 1], light = luma + amount * (luma - parts[3 * p + 2]);
        picture[q] = light + red;
        picture[q + 1] = light - (RED * red + BLUE * blue) / GREEN;
        picture[q + 2] = light + blue;
      }
    }
  }
}

/** The kernel at pixel p along an axis of which `before` and `after` pixels exist to either side. */
function blend(from: Float32Array, to: Float32Array, p: number, step: number, before: number, after: number): void {
  const a = 3 * (p - step * Math.min(2, before)), b = 3 * (p - step * Math.min(1, before));
  const d = 3 * (p + step * Math.min(1, after)), e = 3 * (p + step * Math.min(2, after)), c = 3 * p;
  to[c] = (from[a] + from[e] + 4 * (from[b] + from[d]) + 6 * from[c]) / 16;
  to[c + 1] = (from[a + 1] + from[e + 1] + 4 * (from[b + 1] + from[d + 1]) + 6 * from[c + 1]) / 16;
  to[c + 2] = (from[a + 2] + from[e + 2] + 4 * (from[b + 2] + from[d + 2]) + 6 * from[c + 2]) / 16;
}
