import type { Pixels } from "../../src/frame.js";
import type { Opening } from "../../src/model/synthesis/opening.js";
import { rimLine } from "../../src/model/synthesis/rim-line.js";
import { sampleBilinear } from "../../src/model/synthesis/sample-image.js";

/** How far from the corners of an eye nothing moves, as a share of its width. */
const STILL = 0.25;

/**
 * Lets both eyes look elsewhere: what lies between the lids is shifted, all of it in the eye's middle and nothing at its corners. In place.
 *
 * @param points [468, 2] of the face in the picture, pixel centres at .5
 * @param x how far, as a share of the eye's width, positive to the picture's right @param y the same, positive down
 */
export function shiftGaze({ data, width, height }: Pixels, points: Float32Array, eyes: readonly Opening[], x: number, y: number): void {
  const before = new Uint8Array(data), sample = new Float32Array(3);
  const centred = points.map((v) => v - 0.5);
  for (const eye of eyes) {
    const upper = rimLine(centred, eye.upper), lower = rimLine(centred, eye.lower);
    const columns = eye.upper.map((v) => centred[2 * v]), rows = [...eye.upper, ...eye.lower].map((v) => centred[2 * v + 1]);
    const left = Math.min(...columns), right = Math.max(...columns), wide = right - left;
    for (let py = Math.max(0, Math.floor(Math.min(...rows))); py <= Math.min(height - 1, Math.max(...rows)); py++) {
      for (let px = Math.max(0, Math.ceil(left)); px <= Math.min(width - 1, right); px++) {
        const opacity = Math.min(1, Math.max(0, Math.min(py - upper(px), lower(px) - py) + 0.25));
        if (opacity === 0) continue;
        const along = (px - left) / wide, share = smooth(along / STILL) * smooth((1 - along) / STILL);
        const sx = px - x * wide * share, sy = py - y * wide * share;
        const top = upper(sx) + 1, bottom = Math.max(top, lower(sx) - 1);
        sampleBilinear(before, width, height, sx, Math.min(bottom, Math.max(top, sy)), sample, 0);
        for (let c = 0; c < 3; c++) {
          const at = 3 * (py * width + px) + c;
          data[at] = Math.round(before[at] + opacity * (sample[c] - before[at]));
        }
      }
    }
  }
}

function smooth(t: number): number {
  const u = Math.min(1, Math.max(0, t));
  return u * u * (3 - 2 * u);
}
