import type { Pixels } from "../../frame.js";
import type { Roi } from "./roi.js";

/** How a region is turned into a model's input. */
export interface SampleOptions {
  /** Width and height of the result. */
  readonly side: number;
  /** What black and white become. */
  readonly range: readonly [black: number, white: number];
  /** What lies outside the picture: black, or the nearest pixel of its edge. */
  readonly border: "black" | "edge";
}

/** No result pixel averages more than this many samples in a direction: a bound on the work for huge pictures. */
const MAX_TAPS = 8;

/**
 * Samples a turned square of a picture, bilinearly; where the region is much larger than the result, each result pixel is the average
 * of several samples spread over it, so that fine texture does not alias.
 *
 * @param out receives the result; allocated when left out
 * @returns red, green and blue planes one after the other, each side × side, row by row
 */
export function sampleRoi(
  image: Pixels, roi: Roi, { side, range: [black, white], border }: SampleOptions, out = new Float32Array(3 * side * side),
): Float32Array {
  const { data, width, height } = image;
  const plane = side * side;
  const step = roi.size / side;
  const taps = Math.min(MAX_TAPS, Math.max(1, Math.round(step / 2))); // one bilinear sample covers about two pixels
  const cos = Math.cos(roi.angle) * step, sin = Math.sin(roi.angle) * step;
  const gain = (white - black) / 255 / (taps * taps);
  const right = width - 1, bottom = height - 1;
  for (let v = 0, o = 0; v < side; v++) {
    for (let u = 0; u < side; u++, o++) {
      let r = 0, g = 0, b = 0;
      for (let t = 0; t < taps * taps; t++) {
        const du = u + (t % taps + 0.5) / taps - side / 2;
        const dv = v + (Math.floor(t / taps) + 0.5) / taps - side / 2;
        // Pixel centres lie at .5, so the pixel of index i spans i … i + 1.
        let x = roi.x + cos * du - sin * dv - 0.5;
        let y = roi.y + sin * du + cos * dv - 0.5;
        if (border === "black" && (x < -0.5 || y < -0.5 || x > right + 0.5 || y > bottom + 0.5)) continue;
        x = x < 0 ? 0 : x > right ? right : x;
        y = y < 0 ? 0 : y > bottom ? bottom : y;
        const x0 = Math.floor(x), y0 = Math.floor(y);
        const fx = x - x0, fy = y - y0;
        const p = (y0 * width + x0) * 3, q = x0 < right ? p + 3 : p;
        const down = y0 < bottom ? width * 3 : 0;
        const w00 = (1 - fx) * (1 - fy), w10 = fx * (1 - fy), w01 = (1 - fx) * fy, w11 = fx * fy;
        r += w00 * data[p] + w10 * data[q] + w01 * data[p + down] + w11 * data[q + down];
        g += w00 * data[p + 1] + w10 * data[q + 1] + w01 * data[p + down + 1] + w11 * data[q + down + 1];
        b += w00 * data[p + 2] + w10 * data[q + 2] + w01 * data[p + down + 2] + w11 * data[q + down + 2];
      }
      out[o] = black + gain * r;
      out[o + plane] = black + gain * g;
      out[o + 2 * plane] = black + gain * b;
    }
  }
  return out;
}
