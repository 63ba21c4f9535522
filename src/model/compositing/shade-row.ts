/** A change of brightness below this share shows nothing in eight bits. */
const UNSEEN = 0.002;

/**
 * Shades row pixels that already hold the moved photo: each becomes (1 + s) times as bright.
 *
 * @param x0 first pixel, photo column
 * @param x1 one past the last
 * @param row byte index of photo column 0 in this row of `out`
 * @param shading s of the pixels from `origin` on, −1…1
 * @param out the picture, clamping what is stored
 */
export function shadeRow(x0: number, x1: number, row: number, shading: Float32Array, origin: number, out: Uint8ClampedArray): void {
  for (let x = x0, p = x0 - origin, to = row + x0 * 3; x < x1; x++, p++, to += 3) {
    const s = shading[p];
    if (s < UNSEEN && s > -UNSEEN) continue;
    const gain = 1 + s;
    out[to] = gain * out[to];
    out[to + 1] = gain * out[to + 1];
    out[to + 2] = gain * out[to + 2];
  }
}
