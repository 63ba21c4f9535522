import type { Pixels } from "../../frame.js";
import type { PhotoBox, RowWarper } from "../compositing/row-warper.js";
import { SimdWarper } from "../compositing/warp-simd.js";
import { PLACE_BYTES, type BackgroundMixer } from "./background-mixer.js";
import type { FilledBackground } from "./fill-background.js";
import type { PersonMask } from "./person-mask.js";
import { AHEAD, kindAt, placesAhead } from "./places-ahead.js";
import { ScriptMixer } from "./script-mixer.js";
import { SimdMixer } from "./simd-mixer.js";
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
  /** Has B, α, h and T. */
  readonly #mixer: BackgroundMixer;
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
    const { width, height } = box;
    this.#mixer = new (SimdWarper.supported() ? SimdMixer : ScriptMixer)(width, height);
    const { places } = this.#mixer;
    this.#mixed = new Int32Array(width + 2);
    const row = new Float32Array(width), hole = new Float32Array(width), colour = new Float32Array(6);
    for (let y = 0, n = 0; y < height; y++) {
      stretchMask(person, photo, box, y, row);
      stretchMask(filledIn, photo, box, y, hole);
      for (let x = 0, at = 3 * ((box.top + y) * photo.width + box.left); x < width; x++, n++, at += 3) {
        // Where anything is the person's nothing is left as it is.
        const alpha = Math.round(255 * row[x]), share = hole[x];
        const to = PLACE_BYTES * n, hidden = Math.max(alpha > 0 ? 1 : 0, Math.round(255 * share));
        places[to + 3] = alpha;
        places[to + 4] = hidden;
        if (hidden > 0) filled.at(x, y, colour);
        for (let c = 0; c < 3; c++) {
          const seen = photo.data[at + c];
          places[to + c] = Math.min(255, Math.max(0, Math.round(seen + share * (colour[c] - seen))));
          places[to + 5 + c] = Math.min(255, Math.max(0, 128.5 + share * (colour[3 + c] - colour[c])));
        }
      }
    }
    this.#places = placesAhead(width, height, (n) => (places[PLACE_BYTES * n + 4] === 0 ? BACKGROUND : places[PLACE_BYTES * n + 3] < ALONE ? BOTH : PERSON));
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
    const mixed = this.#mixed, start = 3 * ((this.#box.top + row) * this.#photo.width + this.#box.left);
    for (let k = 0; k < spans; k += 2) this.#mixer.mix(warper.shift, row, mixed[k], mixed[k + 1], out, start + 3 * mixed[k]);
  }

  /** The background of a place that the person has left. */
  #uncover(row: number, x: number, out: Uint8ClampedArray): void {
    const { left, top, width } = this.#box, { places } = this.#mixer;
    const to = 3 * ((top + row) * this.#photo.width + left + x), n = PLACE_BYTES * (row * width + x);
    for (let c = 0; c < 3; c++) out[to + c] = places[n + c] + places[n + 5 + c] - 128;
  }
}
