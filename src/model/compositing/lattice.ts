import { CROP_SIZE } from "../geometry/alignment.js";
import { PHASES } from "../geometry/kernels.js";
import { applySimilarity, invertSimilarity, type Similarity } from "../geometry/similarity.js";
import { NodeGrid } from "./node-grid.js";

/**
 * A coarse lattice over the face's box in the photo, on which the crop's fields are read with a smooth kernel; between its nodes they
 * are interpolated linearly, row by row. So a field costs about the same in a photo of any size, and nothing of the box's size is
 * ever held.
 */
export class Lattice extends NodeGrid {
  /** First of the 4×4 crop pixels each node is made of, or −1 where the node lies outside the crop. */
  private readonly base: Int32Array;
  /** Where the node lies between them: entries of a `weightTable`. */
  private readonly phaseX: Uint16Array;
  private readonly phaseY: Uint16Array;

  /**
   * @param cropToPhoto crop coordinates 0…96 to photo pixels
   * @param photoWidth pixels
   * @param photoHeight pixels
   * @param step photo pixels from node to node, a whole number from 1
   */
  constructor(cropToPhoto: Similarity, photoWidth: number, photoHeight: number, step: number) {
    const corners = [[0, 0], [CROP_SIZE, 0], [0, CROP_SIZE], [CROP_SIZE, CROP_SIZE]].map(([u, v]) => applySimilarity(cropToPhoto, u, v));
    const xs = corners.map(([x]) => x), ys = corners.map(([, y]) => y);
    const left = Math.max(0, Math.floor(Math.min(...xs))), top = Math.max(0, Math.floor(Math.min(...ys)));
    super({
      left, top,
      width: Math.max(0, Math.min(photoWidth, Math.ceil(Math.max(...xs))) - left),
      height: Math.max(0, Math.min(photoHeight, Math.ceil(Math.max(...ys))) - top),
    }, step);
    this.base = new Int32Array(this.columns * this.rows).fill(-1);
    this.phaseX = new Uint16Array(this.base.length);
    this.phaseY = new Uint16Array(this.base.length);
    const photoToCrop = invertSimilarity(cropToPhoto);
    for (let j = 0, n = 0; j < this.rows; j++) {
      for (let i = 0; i < this.columns; i++, n++) {
        const [u, v] = applySimilarity(photoToCrop, this.left + i * this.step + 0.5, this.top + j * this.step + 0.5);
        const x = Math.floor(u - 0.5), y = Math.floor(v - 0.5);
        if (x < 1 || y < 1 || x > CROP_SIZE - 3 || y > CROP_SIZE - 3) continue;
        this.base[n] = (y - 1) * CROP_SIZE + x - 1;
        this.phaseX[n] = 4 * Math.round((u - 0.5 - x) * PHASES);
        this.phaseY[n] = 4 * Math.round((v - 0.5 - y) * PHASES);
      }
    }
  }

  /**
   * Reads a field at the nodes.
   *
   * @param field [96, 96, channels]
   * @param active [96, 96]: 0 where the 4×4 pixels from there on are all 0 (see `activity`); such nodes become 0 without being read
   * @param table the kernel's weights (`weightTable`)
   * @param nodes receives [rows, columns, stride]: `channels` numbers from `offset` on
   * @param lit receives 1 for every node that was read, 0 for the others
   */
  read(
    field: Float32Array, channels: number, active: Uint8Array, table: Float64Array,
    nodes: Float32Array, stride: number, offset: number, lit: Uint8Array,
  ): void {
    const row = CROP_SIZE * channels, c2 = 2 * channels, c3 = 3 * channels;
    for (let n = 0; n < this.base.length; n++) {
      const base = this.base[n];
      const to = n * stride + offset;
      if (base < 0 || active[base] === 0) {
        lit[n] = 0;
        for (let c = 0; c < channels; c++) nodes[to + c] = 0;
        continue;
      }
      lit[n] = 1;
      const px = this.phaseX[n], py = this.phaseY[n];
      const x0 = table[px], x1 = table[px + 1], x2 = table[px + 2], x3 = table[px + 3];
      const y0 = table[py], y1 = table[py + 1], y2 = table[py + 2], y3 = table[py + 3];
      for (let c = 0, p = base * channels; c < channels; c++, p++) {
        const q = p + row, r = q + row, s = r + row;
        nodes[to + c] = y0 * (x0 * field[p] + x1 * field[p + channels] + x2 * field[p + c2] + x3 * field[p + c3])
          + y1 * (x0 * field[q] + x1 * field[q + channels] + x2 * field[q + c2] + x3 * field[q + c3])
          + y2 * (x0 * field[r] + x1 * field[r + channels] + x2 * field[r + c2] + x3 * field[r + c3])
          + y3 * (x0 * field[s] + x1 * field[s + channels] + x2 * field[s + c2] + x3 * field[s + c3]);
      }
    }
  }
}

/**
 * Where a field has anything: 1 for every pixel whose 4×4 pixels to the right and below (itself included) are not all 0.
 *
 * @param field [96, 96, channels]
 * @param out receives [96, 96]
 * @returns whether there is anything at all
 */
export function activity(field: Float32Array, channels: number, out: Uint8Array): boolean {
  let any = 0;
  for (let p = 0, q = 0; p < out.length; p++) {
    let here = 0;
    for (let c = 0; c < channels; c++, q++) if (field[q] !== 0) here = 1;
    out[p] = here;
    any |= here;
  }
  if (!any) return false;
  for (let p = 0; p < out.length - 3; p++) out[p] |= out[p + 1] | out[p + 2] | out[p + 3];
  for (let p = 0; p < out.length - 3 * CROP_SIZE; p++) out[p] |= out[p + CROP_SIZE] | out[p + 2 * CROP_SIZE] | out[p + 3 * CROP_SIZE];
  return true;
}
