import { crispMask } from "./mask-edges.js";

/** Numbers per pixel that {@link paintRow} reads: mask, its local minimum and maximum, painted RGB, moved low-resolution RGB. */
export const PAINT_CHANNELS = 9;

/**
 * Mixes the painted face into row pixels that already hold the moved photo. With m the crisp mask, the painted face contributes m·x̂
 * and the photo (1 − m) of itself; where both show, the photo's fine detail (what its enlarged 96-pixel version lacks) stays
 * at 1 − m² instead of 1 − m, so a half-painted cheek keeps its skin.
 *
 * @param x0 first pixel, photo column
 * @param x1 one past the last
 * @param row byte index of photo column 0 in this row of `out`
 * @param paint [x1 − origin, 9] for the pixels from `origin` on: mask values 0…1, colours 0…255
 * @param out the picture, clamping what is stored
 */
export function paintRow(x0: number, x1: number, row: number, paint: Float32Array, origin: number, out: Uint8ClampedArray): void {
  for (let x = x0, p = (x0 - origin) * PAINT_CHANNELS, to = row + x0 * 3; x < x1; x++, p += PAINT_CHANNELS, to += 3) {
    const mask = paint[p];
    if (mask < 0.002) continue;
    const m = crispMask(mask, paint[p + 1], paint[p + 2]);
    const keep = 1 - m * m, less = m * (1 - m);
    out[to] = keep * out[to] + m * paint[p + 3] - less * paint[p + 6];
    out[to + 1] = keep * out[to + 1] + m * paint[p + 4] - less * paint[p + 7];
    out[to + 2] = keep * out[to + 2] + m * paint[p + 5] - less * paint[p + 8];
  }
}
