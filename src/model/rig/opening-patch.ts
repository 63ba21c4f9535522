import type { GridBox } from "../compositing/node-grid.js";
import type { Opening } from "../synthesis/opening.js";
import { drawTriangles, type MovedMesh, type NodeField } from "./draw-triangles.js";
import { Rim } from "./rim.js";
import { smoothField, type SmoothScratch } from "./smooth-field.js";

/** Skin round the rims that a patch covers, cm. */
const MARGIN = 0.7;
/** Over so many pixels a patch takes over from the grid round it, at most. */
const RAMP = 6;

/**
 * The field round the mouth or an eye, pixel by pixel: there skin parts and meets, and a coarse grid would mix the two sides. It is
 * filled anew for every frame, where the opening then is.
 */
export class OpeningPatch {
  private readonly opening: Opening;
  private readonly bounds: GridBox;
  private readonly scale: number;
  private readonly rounds: number;
  private field: NodeField = { left: 0, top: 0, width: 0, height: 0, step: 1, columns: 0, rows: 0, shift: new Float32Array(0), known: new Uint8Array(0) };
  private sides = new Uint8Array(0);
  private scratch: SmoothScratch = { shift: new Float32Array(0), tags: new Uint8Array(0) };

  /**
   * @param bounds the box of the photo in which things move
   * @param scale photo pixels per cm
   * @param rounds of smoothing
   */
  constructor(opening: Opening, bounds: GridBox, scale: number, rounds: number) {
    this.opening = opening;
    this.bounds = bounds;
    this.scale = scale;
    this.rounds = rounds;
  }

  /** Fills the patch for a moved mesh. */
  fill(mesh: MovedMesh): void {
    this.place(mesh.target);
    const { known, columns, rows } = this.field;
    if (columns === 0 || rows === 0) return;
    known.fill(0, 0, columns * rows);
    drawTriangles(this.field, mesh);
    this.tellSides(mesh.target);
    const all = { fromColumn: 0, toColumn: columns, fromRow: 0, toRow: rows };
    for (let round = 0; round < this.rounds; round++) smoothField(this.field, all, this.sides, this.scratch);
  }

  /**
   * Puts the patch's shifts into a row of them.
   *
   * @param y photo row
   * @param shift [width of the bounds, 2] of that row, holding the grid's
   * @returns whether the row crosses the patch
   */
  write(y: number, shift: Float32Array): boolean {
    const { left, top, columns, rows, shift: own, known } = this.field;
    const j = y - top;
    if (j < 0 || j >= rows) return false;
    const ramp = Math.max(1, Math.min(RAMP, 0.3 * this.scale));
    const down = Math.min(1, (Math.min(j, rows - 1 - j) + 1) / ramp);
    for (let i = 0, n = j * columns, to = 2 * (left - this.bounds.left); i < columns; i++, n++, to += 2) {
      if (known[n] === 0) continue;
      const share = Math.min(down, (Math.min(i, columns - 1 - i) + 1) / ramp);
      if (share >= 1) {
        shift[to] = own[2 * n];
        shift[to + 1] = own[2 * n + 1];
      } else {
        shift[to] += share * (own[2 * n] - shift[to]);
        shift[to + 1] += share * (own[2 * n + 1] - shift[to + 1]);
      }
    }
    return true;
  }

  private place(target: Float64Array): void {
    const { opening, bounds } = this, margin = MARGIN * this.scale;
    let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
    for (const rim of [opening.upper, opening.lower]) {
      for (const v of rim) {
        left = Math.min(left, target[2 * v]); right = Math.max(right, target[2 * v]);
        top = Math.min(top, target[2 * v + 1]); bottom = Math.max(bottom, target[2 * v + 1]);
      }
    }
    const x = Math.max(bounds.left, Math.floor(left - margin)), y = Math.max(bounds.top, Math.floor(top - margin));
    const columns = Math.max(0, Math.min(bounds.left + bounds.width, Math.ceil(right + margin) + 1) - x);
    const rows = Math.max(0, Math.min(bounds.top + bounds.height, Math.ceil(bottom + margin) + 1) - y);
    const size = columns * rows;
    if (this.field.known.length < size) {
      const room = Math.ceil(1.3 * size);
      this.sides = new Uint8Array(room);
      this.scratch = { shift: new Float32Array(2 * room), tags: new Uint8Array(room) };
      this.field = { ...this.field, shift: new Float32Array(2 * room), known: new Uint8Array(room) };
    }
    this.field = { ...this.field, left: x, top: y, width: columns, height: rows, columns, rows };
  }

  /** Which side of the opening every node is on: between its corners the upper or the lower one, elsewhere both. */
  private tellSides(target: Float64Array): void {
    const { left, top, columns, rows } = this.field, { sides } = this;
    const upper = new Rim(target, this.opening.upper), lower = new Rim(target, this.opening.lower);
    for (let i = 0; i < columns; i++) {
      const x = left + i;
      const between = x > upper.left && x < upper.right;
      const seam = between ? (upper.at(x) + lower.at(x)) / 2 - top : 0;
      for (let j = 0, n = i; j < rows; j++, n += columns) sides[n] = !between ? 3 : j < seam ? 1 : 2;
    }
  }
}
