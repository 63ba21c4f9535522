import type { Pixels } from "../../frame.js";
import type { PhotoBox, RowWarper } from "../compositing/row-warper.js";
import type { FilledBackground } from "./fill-background.js";
import type { PersonMask } from "./person-mask.js";
import { AHEAD, kindAt, placesAhead } from "./places-ahead.js";
import { stretchMask } from "./stretch-mask.js";

/** Of 255 from here on a place is the person alone. */
const ALONE = 254;
/** What a place is. */
const BACKGROUND = 0, BOTH = 1, PERSON = 2;

/**
 * A photo taken apart: the person, and the background with what the person hides filled in. Written together they are the photo; where
 * the person has moved, background that stands still comes out behind.
 *
 * At a place q to which the person moves from p the picture is I(p) + (1 − α(p)) · (B(q) − B(p)) + max(0, h(q) − h(p)) · T(q): I is the photo, α how
 * much of a place is the person, B the background (smooth where it is filled in), h how far it is filled in, and T the texture of what is
 * filled in. What of I(p) was background is taken away, that of the new place is put there, and where a hidden place comes out it
 * gets its texture. Nothing is divided by α, so soft hair needs no colour of its own, and with p = q the photo comes back exactly.
 */
export class PersonLayer {
  readonly #photo: Pixels;
  readonly #box: PhotoBox;
  /** [height, width] of the box: B, red lowest, and highest α, of 255. In one number, since four of them are read for every pixel that is mixed. */
  readonly #background: Uint32Array;
  /** [height, width] of the box: h, of 255. */
  readonly #hole: Uint8Array;
  /** [height, width, 3] of the box: h · T + 128. */
  readonly #texture: Uint8Array;
  /** [height, width] of the box: what every place is, and how far round it that is so; see {@link placesAhead}. */
  readonly #places: Uint8Array;
  /** Starts and ends of what is mixed in a run. */
  readonly #mixed: Int32Array;

  /**
   * @param box what of the photo anything moves in
   * @param person α, stretched over the whole photo
   * @param filledIn h, likewise; 1 or nearly wherever α is not 0
   * @param filled the box's background
   */
  constructor(photo: Pixels, box: PhotoBox, person: PersonMask, filledIn: PersonMask, filled: FilledBackground) {
    this.#photo = photo;
    this.#box = box;
    const { width, height } = box, size = width * height;
    this.#background = new Uint32Array(size);
    this.#hole = new Uint8Array(size);
    this.#texture = new Uint8Array(3 * size).fill(128);
    this.#mixed = new Int32Array(width + 2);
    const row = new Float32Array(width), hole = new Float32Array(width), colour = new Float32Array(6);
    for (let y = 0, n = 0; y < height; y++) {
      stretchMask(person, photo, box, y, row);
      stretchMask(filledIn, photo, box, y, hole);
      for (let x = 0, at = 3 * ((box.top + y) * photo.width + box.left); x < width; x++, n++, at += 3) {
        // Where anything is the person's nothing is left as it is.
        const alpha = Math.round(255 * row[x]), share = hole[x];
        let packed = alpha << 24;
        this.#hole[n] = Math.max(alpha > 0 ? 1 : 0, Math.round(255 * share));
        if (this.#hole[n] > 0) filled.at(x, y, colour);
        for (let c = 0; c < 3; c++) {
          const seen = photo.data[at + c];
          packed |= Math.min(255, Math.max(0, Math.round(seen + share * (colour[c] - seen)))) << (8 * c);
          this.#texture[3 * n + c] = Math.min(255, Math.max(0, 128.5 + share * (colour[3 + c] - colour[c])));
        }
        this.#background[n] = packed;
      }
    }
    this.#places = placesAhead(width, height, (n) => (this.#hole[n] === 0 ? BACKGROUND : this.#background[n] >>> 24 < ALONE ? BOTH : PERSON));
  }

  /**
   * Writes pixels from ≤ x < to of a row of the box, as {@link RowWarper.warp} does with the person cut out.
   *
   * @param warper of the same photo and box, its shift filled
   * @param out a picture of the photo's size, holding the photo where it is about to be written
   */
  write(warper: RowWarper, row: number, from: number, to: number, out: Uint8ClampedArray): void {
    const { shift } = warper, { width } = this.#box, places = this.#places, mixed = this.#mixed;
    let begun = -1, spans = 0, before = BACKGROUND;
    for (let x = from; x < to;) {
      const came = this.#cameTo(shift, row, x), kind = kindAt(came);
      if ((kind === BOTH) !== (before === BOTH)) mixed[spans++] = x;
      if (kind !== BACKGROUND && begun < 0) begun = x;
      if (kind === BACKGROUND && begun >= 0) {
        this.#person(warper, row, begun, x, spans, out);
        begun = -1;
        spans = 0;
      }
      before = kind;
      // A row's shift goes on smoothly: what comes next comes from near by, and as far as that is of one kind nobody needs to look.
      const next = Math.min(to, x + Math.max(1, (came & AHEAD) >> 1));
      if (kind !== BACKGROUND) {
        x = next;
        continue;
      }
      // Background came here, which stands still: what is here itself shows.
      while (x < next) {
        const here = places[row * width + x];
        if (kindAt(here) === BACKGROUND) x += Math.max(1, here & AHEAD);
        else this.#uncover(row, x++, out);
      }
      x = next;
    }
    if (begun < 0) return;
    if (before === BOTH) mixed[spans++] = to;
    this.#person(warper, row, begun, to, spans, out);
  }

  /** The place that comes to a pixel of a row: the nearest one. */
  #cameTo(shift: Float32Array, row: number, x: number): number {
    const { width, height } = this.#box;
    const px = (x + shift[2 * x] + 0.5) | 0, py = (row + shift[2 * x + 1] + 0.5) | 0;
    return this.#places[(py < 0 ? 0 : py >= height ? height - 1 : py) * width + (px < 0 ? 0 : px >= width ? width - 1 : px)];
  }

  /** A run of a row that the person has come to. */
  #person(warper: RowWarper, row: number, from: number, to: number, spans: number, out: Uint8ClampedArray): void {
    warper.warp(row, from, to, out);
    for (let k = 0; k < spans; k += 2) this.#mix(warper.shift, row, this.#mixed[k], this.#mixed[k + 1], out);
  }

  /** The background of a place that the person has left. */
  #uncover(row: number, x: number, out: Uint8ClampedArray): void {
    const { left, top, width } = this.#box, background = this.#background, texture = this.#texture;
    const to = 3 * ((top + row) * this.#photo.width + left + x), r = row * width + x, n = 3 * r, colour = background[r];
    out[to] = (colour & 255) + texture[n] - 128;
    out[to + 1] = ((colour >> 8) & 255) + texture[n + 1] - 128;
    out[to + 2] = ((colour >> 16) & 255) + texture[n + 2] - 128;
  }

  /** Puts the background of each place behind what came there. */
  #mix(shift: Float32Array, row: number, from: number, to: number, out: Uint8ClampedArray): void {
    const { left, top, width, height } = this.#box, hole = this.#hole, background = this.#background, texture = this.#texture;
    for (let x = from, o = 3 * ((top + row) * this.#photo.width + left + from), r = row * width + from, q = 3 * r; x < to; x++, o += 3, r++, q += 3) {
      const px = Math.min(width - 1.001, Math.max(0, x + shift[2 * x])), py = Math.min(height - 1.001, Math.max(0, row + shift[2 * x + 1]));
      const i = px | 0, j = py | 0, s = px - i, t = py - j, n = j * width + i;
      const a = (1 - s) * (1 - t), b = s * (1 - t), c = (1 - s) * t, d = s * t;
      const from1 = background[n], from2 = background[n + 1], from3 = background[n + width], from4 = background[n + width + 1];
      const share = 1 - (a * (from1 >>> 24) + b * (from2 >>> 24) + c * (from3 >>> 24) + d * (from4 >>> 24)) / 255;
      if (share < 0.004) continue;
      const here = hole[r], own = background[r];
      const coming = here === 0 ? 0 : Math.max(0, 1 - (a * hole[n] + b * hole[n + 1] + c * hole[n + width] + d * hole[n + width + 1]) / here);
      const red = a * (from1 & 255) + b * (from2 & 255) + c * (from3 & 255) + d * (from4 & 255);
      const green = a * ((from1 >> 8) & 255) + b * ((from2 >> 8) & 255) + c * ((from3 >> 8) & 255) + d * ((from4 >> 8) & 255);
      const blue = a * ((from1 >> 16) & 255) + b * ((from2 >> 16) & 255) + c * ((from3 >> 16) & 255) + d * ((from4 >> 16) & 255);
      out[o] += share * ((own & 255) - red) + coming * (texture[q] - 128);
      out[o + 1] += share * (((own >> 8) & 255) - green) + coming * (texture[q + 1] - 128);
      out[o + 2] += share * (((own >> 16) & 255) - blue) + coming * (texture[q + 2] - 128);
    }
  }
}
