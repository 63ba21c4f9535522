import type { NodeField } from "./draw-triangles.js";

/** What {@link smoothField} works in; made once, as large as the field may become. */
export interface SmoothScratch {
  /** [≥ nodes, 2] */
  readonly shift: Float32Array;
  /** [≥ nodes] */
  readonly tags: Uint8Array;
}

/** A part of a field: columns and rows `from` … `to`, the last ones not included. */
export interface NodeWindow {
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly fromRow: number;
  readonly toRow: number;
}

/**
 * Smooths what is known of a field with a binomial 3×3 kernel, and lets it grow by a node into what is not: the seams between triangles
 * vanish, which would show as saw-teeth on cheeks and jaw. The window's outermost nodes are left as they are.
 *
 * @param sides [rows, columns] bits of the side of an opening a node is on: only nodes with a bit in common are mixed, since where
 *   lids or lips touch the skin of the two sides comes from far apart; all are of one side when left out
 */
export function smoothField(field: NodeField, window: NodeWindow, sides: Uint8Array | undefined, scratch: SmoothScratch): void {
  const { shift, known, columns } = field, { shift: smooth, tags } = scratch;
  const { fromColumn, toColumn, fromRow, toRow } = window;
  for (let j = fromRow; j < toRow; j++) {
    for (let n = j * columns + fromColumn, end = j * columns + toColumn; n < end; n++) tags[n] = known[n] === 0 ? 0 : sides ? sides[n] : 1;
  }
  for (let j = fromRow + 1; j < toRow - 1; j++) {
    for (let n = j * columns + fromColumn + 1, end = j * columns + toColumn - 1; n < end; n++) {
      const a = n - columns, b = n + columns;
      const common = tags[a - 1] & tags[a] & tags[a + 1] & tags[n - 1] & tags[n] & tags[n + 1] & tags[b - 1] & tags[b] & tags[b + 1];
      if (common !== 0) {
        const p = 2 * a, q = 2 * n, r = 2 * b;
        smooth[q] = (shift[p - 2] + shift[p + 2] + shift[r - 2] + shift[r + 2] + 2 * (shift[p] + shift[r] + shift[q - 2] + shift[q + 2]) + 4 * shift[q]) / 16;
        smooth[q + 1] = (shift[p - 1] + shift[p + 3] + shift[r - 1] + shift[r + 3] + 2 * (shift[p + 1] + shift[r + 1] + shift[q - 1] + shift[q + 3]) + 4 * shift[q + 1]) / 16;
        continue;
      }
      const mine = sides ? sides[n] : 1;
      let x = 0, y = 0, total = 0;
      for (let row = -columns; row <= columns; row += columns) {
        for (let m = n + row - 1; m <= n + row + 1; m++) {
          if ((tags[m] & mine) === 0) continue;
          const w = (row === 0 ? 2 : 1) * (m === n + row ? 2 : 1);
          x += w * shift[2 * m];
          y += w * shift[2 * m + 1];
          total += w;
        }
      }
      known[n] = total > 0 ? 1 : 0;
      smooth[2 * n] = total > 0 ? x / total : shift[2 * n];
      smooth[2 * n + 1] = total > 0 ? y / total : shift[2 * n + 1];
    }
  }
  for (let j = fromRow + 1; j < toRow - 1; j++) {
    const from = 2 * (j * columns + fromColumn + 1), to = 2 * (j * columns + toColumn - 1);
    shift.set(smooth.subarray(from, to), from);
  }
}
