import type { Pixels } from "../../frame.js";
import type { PhotoBox } from "../compositing/row-warper.js";
import { fillHole } from "./fill-hole.js";
import { mirrorOutside } from "./mirror-outside.js";
import type { PersonMask } from "./person-mask.js";
import { stretchMask } from "./stretch-mask.js";

/** The hidden background is found at this many pixels at most: behind a larger head it is less sharp. */
const MOST_FILLED = 1 << 18;
/** So far behind the person the background is what is beside it, half widths of the face; bends of the rim are smoothed over so much. */
const REACH = 0.6, BENDS = 0.04;

/** A box's background, filled in where it is hidden. */
export interface FilledBackground {
  /** @param out receives six colours of 0…255 at a pixel of the box: filled in smoothly, and with texture */
  at(x: number, y: number, out: Float32Array): void;
}

/**
 * Fills the background of a box behind the person, once smoothly and once with texture, on a grid that is no finer than needed.
 *
 * @param believed how far each place of the photo is background, 0…1
 * @param halfWidth of the face, pixels
 */
export function fillBackground(photo: Pixels, box: PhotoBox, believed: PersonMask, halfWidth: number): FilledBackground {
  const step = Math.max(1, Math.ceil(Math.sqrt((box.width * box.height) / MOST_FILLED)));
  const width = Math.max(1, Math.floor(box.width / step)), height = Math.max(1, Math.floor(box.height / step));
  const colours = new Float32Array(3 * width * height), known = new Float32Array(width * height), row = new Float32Array(box.width);
  for (let j = 0; j < height; j++) {
    for (let dy = 0; dy < step; dy++) {
      const y = j * step + dy;
      stretchMask(believed, photo, box, y, row);
      for (let i = 0; i < width; i++) {
        const n = j * width + i;
        for (let x = i * step, at = 3 * ((box.top + y) * photo.width + box.left + x); x < (i + 1) * step; x++, at += 3) {
          const weight = row[x];
          if (weight === 0) continue;
          known[n] += weight;
          colours[3 * n] += weight * photo.data[at];
          colours[3 * n + 1] += weight * photo.data[at + 1];
          colours[3 * n + 2] += weight * photo.data[at + 2];
        }
      }
    }
  }
  for (let n = 0; n < known.length; n++) {
    if (known[n] === 0) continue;
    for (let c = 0; c < 3; c++) colours[3 * n + c] /= known[n];
    known[n] /= step * step;
  }
  const textured = colours.slice(), reached = known.slice();
  mirrorOutside(textured, reached, width, height, (REACH * halfWidth) / step, Math.max(1, (BENDS * halfWidth) / step));
  fillHole(textured, reached, width, height);
  fillHole(colours, known, width, height);
  return {
    at(x, y, out) {
      const gx = Math.min(width - 1, Math.max(0, (x + 0.5) / step - 0.5)), gy = Math.min(height - 1, Math.max(0, (y + 0.5) / step - 0.5));
      const i = Math.min(Math.floor(gx), Math.max(0, width - 2)), j = Math.min(Math.floor(gy), Math.max(0, height - 2)), s = gx - i, t = gy - j;
      const right = width > 1 ? 3 : 0, down = height > 1 ? 3 * width : 0;
      for (let k = 0; k < 6; k++) {
        const plane = k < 3 ? colours : textured, a = 3 * (j * width + i) + (k % 3);
        const above = plane[a] + s * (plane[a + right] - plane[a]), below = plane[a + down] + s * (plane[a + down + right] - plane[a + down]);
        out[k] = above + t * (below - above);
      }
    },
  };
}
