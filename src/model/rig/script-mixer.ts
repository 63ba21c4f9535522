import { PLACE_BYTES, UNSEEN, type BackgroundMixer } from "./background-mixer.js";

/** {@link BackgroundMixer} in plain JavaScript: what runs where WebAssembly's SIMD is missing, and what it is tested against. */
export class ScriptMixer implements BackgroundMixer {
  readonly places: Uint8Array;
  readonly #width: number;
  readonly #height: number;

  /** @param width of the box, likewise its height: pixels */
  constructor(width: number, height: number) {
    this.places = new Uint8Array(PLACE_BYTES * width * height);
    this.#width = width;
    this.#height = height;
  }

  mix(shift: Float32Array, row: number, from: number, to: number, out: Uint8ClampedArray, at: number): void {
    const width = this.#width, height = this.#height, places = this.places, down = PLACE_BYTES * width;
    for (let x = from, o = at, q = PLACE_BYTES * (row * width + from); x < to; x++, o += 3, q += PLACE_BYTES) {
      const px = Math.min(width - 1.001, Math.max(0, x + shift[2 * x])), py = Math.min(height - 1.001, Math.max(0, row + shift[2 * x + 1]));
      const i = px | 0, j = py | 0, s = px - i, t = py - j, n = PLACE_BYTES * (j * width + i), m = n + PLACE_BYTES;
      const a = (1 - s) * (1 - t), b = s * (1 - t), c = (1 - s) * t, d = s * t;
      const between = (k: number) => a * places[n + k] + b * places[m + k] + c * places[n + down + k] + d * places[m + down + k];
      const share = 1 - between(3) / 255;
      if (share < UNSEEN) continue;
      const here = places[q + 4], coming = here === 0 ? 0 : Math.max(0, 1 - between(4) / here);
      for (let k = 0; k < 3; k++) out[o + k] += share * (places[q + k] - between(k)) + coming * (places[q + 5 + k] - 128);
    }
  }
}
