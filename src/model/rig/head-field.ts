import { headDepth, type Grid } from "./head-depth.js";
import { limitHead } from "./head-limits.js";
import { HeadShape } from "./head-shape.js";
import type { HeadAngles } from "./rig-pose.js";

/** The first two rows of a turn about the pivot less those of no turn, [2, 3]: what it adds to x and y for each pixel of x, y and depth. */
export type HeadRotation = Float64Array;

/** Nodes of the output on which the field is read: node (i, j) lies at (left + i·step, top + j·step), in the landmarks' pixels. */
export type HeadLattice = Grid;

/** Grid cells per half width of the face: finer ones change less than a tenth of a pixel at 300 pixels of face. */
const CELLS = 32;
/** Where a full turn would fold the picture, the limits are taken back until every part keeps this share of its area. */
const LEAST_AREA = 0.15, LESS = 0.9;
/** Pixels to which a node's shift is found, and rounds after which it is good enough. */
const EXACT = 0.01, ROUNDS = 16;
const STRAIGHT: HeadAngles = { yaw: 0, pitch: 0, roll: 0 };

/**
 * The smooth displacement field of a head that turns in one photo: the head as an ellipsoid with the face's own depth, turned about the
 * neck; its weight falls to 0 round the head, down the neck and before the picture's border. At angle 0 and where the weight is 0
 * it is exactly 0. Everything that the photo decides is computed once; `forward` and `inverse` allocate nothing.
 */
export class HeadField {
  readonly shape: HeadShape;
  /** How the photo's own head is held. */
  readonly photo: HeadAngles;
  /** Shares of the limits (see `limitHead`) that this photo is turned by at most: below 1 where more would fold it, as near its border. */
  readonly reach: HeadAngles;
  readonly #grid: Grid;
  /** At the grid's nodes: how much turns, and its depth in front of the pivot. */
  readonly #weight: Float32Array;
  readonly #depth: Float32Array;
  /** [rows, columns, 2] the displacement of the turn at hand. */
  readonly #moved: Float32Array;
  /** What {@link #sample} gives. */
  #dx = 0;
  #dy = 0;

  /**
   * @param landmarks x0, y0, x1, y1, … pixels, at least 468 points
   * @param width of the photo in pixels
   * @param height of the photo in pixels
   * @param depths one for each landmark, pixels, smaller is nearer; without them the head is a bare ellipsoid
   * @param photo how the photo's own head is held, degrees (see `headAngles`): it may turn further away only so far
   * @param apart see {@link HeadShape}
   * @throws ReenactError USAGE when the face has no size
   */
  constructor(landmarks: Float64Array, width: number, height: number, depths?: ArrayLike<number>, photo: HeadAngles = STRAIGHT, apart = false) {
    const shape = (this.shape = new HeadShape(landmarks, width, height, depths, apart));
    this.photo = photo;
    const [left, top, right, bottom] = shape.box(), step = shape.halfWidth / CELLS;
    const columns = Math.max(2, Math.ceil((right - left) / step) + 1), rows = Math.max(2, Math.ceil((bottom - top) / step) + 1);
    this.#grid = { left, top, step, columns, rows };
    this.#depth = headDepth(shape, this.#grid, landmarks, depths).map((z) => z - shape.pivotDepth);
    this.#weight = this.#depth.map((_, n) => shape.weightAt(left + (n % columns) * step, top + Math.floor(n / columns) * step));
    this.#moved = new Float32Array(2 * columns * rows);
    this.reach = this.#unfolded();
  }

  /**
   * The turn by some angles, held within the limits.
   *
   * @param head degrees, relative to the photo
   * @param out receives the result; allocated when left out
   */
  rotation(head: HeadAngles, out: HeadRotation = new Float64Array(6)): HeadRotation {
    return this.#rotation(limitHead(head, this.photo, this.reach), out);
  }

  #rotation({ yaw, pitch, roll }: HeadAngles, out: HeadRotation): HeadRotation {
    const y = (yaw * Math.PI) / 180, p = (pitch * Math.PI) / 180, r = (roll * Math.PI) / 180;
    const cy = Math.cos(y), sy = Math.sin(y), cp = Math.cos(p), sp = Math.sin(p), cr = Math.cos(r), sr = Math.sin(r);
    // Yaw after pitch after roll (the order in which `headAngles` reads them), in the head's own axes: right, down, towards the viewer …
    const a = cy * cr - sy * sp * sr - 1, b = -cy * sr - sy * sp * cr, c = sy * cp;
    const d = cp * sr, e = cp * cr - 1, f = sp;
    // … and from there to the picture's.
    const { rightX: u, rightY: v } = this.shape;
    const g = a * u - b * v, h = a * v + b * u, i = d * u - e * v, j = d * v + e * u;
    out[0] = u * g - v * i; out[1] = u * h - v * j; out[2] = u * c - v * f;
    out[3] = v * g + u * i; out[4] = v * h + u * j; out[5] = v * c + u * f;
    return out;
  }

  /** Depth of the photo at a point: pixels towards the viewer from the ellipsoid's widest plane. */
  depthAt(x: number, y: number): number {
    const { left, top, step, columns, rows } = this.#grid, depth = this.#depth;
    const gx = Math.min(columns - 1.001, Math.max(0, (x - left) / step)), gy = Math.min(rows - 1.001, Math.max(0, (y - top) / step));
    const i = Math.floor(gx), j = Math.floor(gy), s = gx - i, t = gy - j, n = j * columns + i;
    const above = depth[n] + s * (depth[n + 1] - depth[n]), below = depth[n + columns] + s * (depth[n + columns + 1] - depth[n + columns]);
    return above + t * (below - above) + this.shape.pivotDepth;
  }

  /**
   * Where a point of the photo goes.
   *
   * @param depth pixels towards the viewer from the ellipsoid's widest plane; what {@link depthAt} says when undefined
   * @param out receives the displacement in pixels, x and y
   */
  forward(x: number, y: number, depth: number | undefined, rotation: HeadRotation, out: Float64Array | Float32Array): void {
    const weight = this.shape.weightAt(x, y);
    if (weight === 0) {
      out[0] = out[1] = 0;
      return;
    }
    const { pivotX, pivotY, pivotDepth } = this.shape, u = x - pivotX, v = y - pivotY, z = (depth ?? this.depthAt(x, y)) - pivotDepth;
    out[0] = weight * (rotation[0] * u + rotation[1] * v + rotation[2] * z);
    out[1] = weight * (rotation[3] * u + rotation[4] * v + rotation[5] * z);
  }

  /**
   * Where the turned picture is read: for every node of the output the photo's point less the node's own, exact to a few hundredths of a pixel.
   *
   * @param out receives [rows, columns, 2] pixels
   */
  inverse(rotation: HeadRotation, { left, top, step, columns, rows }: HeadLattice, out: Float32Array): void {
    if (rotation.every((entry) => entry === 0)) {
      out.fill(0, 0, 2 * columns * rows);
      return;
    }
    this.#move(rotation);
    for (let j = 0, o = 0; j < rows; j++) {
      const y = top + j * step;
      for (let i = 0; i < columns; i++, o += 2) {
        const x = left + i * step;
        this.#sample(x, y);
        if (this.#dx === 0 && this.#dy === 0) {
          out[o] = out[o + 1] = 0;
          continue;
        }
        // The neighbours to the left foretell it; then p = q − D(p) settles in two or three rounds.
        let u = i > 1 ? 2 * out[o - 2] - out[o - 4] : -this.#dx, v = i > 1 ? 2 * out[o - 1] - out[o - 3] : -this.#dy;
        for (let round = 0; round < ROUNDS; round++) {
          this.#sample(x + u, y + v);
          const off = Math.abs(this.#dx + u) + Math.abs(this.#dy + v);
          u = -this.#dx;
          v = -this.#dy;
          if (off < EXACT) break;
        }
        out[o] = u;
        out[o + 1] = v;
      }
    }
  }

  /** The displacement at the grid's nodes. */
  #move(rotation: HeadRotation): void {
    const { left, top, step, columns, rows } = this.#grid, { pivotX, pivotY } = this.shape, weights = this.#weight, depths = this.#depth, moved = this.#moved;
    const [a, b, c, d, e, f] = rotation;
    for (let j = 0, n = 0; j < rows; j++) {
      const v = top + j * step - pivotY;
      for (let i = 0, u = left - pivotX; i < columns; i++, n++, u += step) {
        const weight = weights[n], z = depths[n];
        moved[2 * n] = weight * (a * u + b * v + c * z);
        moved[2 * n + 1] = weight * (d * u + e * v + f * z);
      }
    }
  }

  /** The displacement of a photo point, between the grid's nodes; 0 beyond them. */
  #sample(x: number, y: number): void {
    const { left, top, step, columns, rows } = this.#grid, moved = this.#moved;
    const gx = (x - left) / step, gy = (y - top) / step;
    if (!(gx >= 0 && gy >= 0 && gx < columns - 1 && gy < rows - 1)) {
      this.#dx = this.#dy = 0;
      return;
    }
    const i = gx | 0, j = gy | 0, s = gx - i, t = gy - j, n = 2 * (j * columns + i), m = n + 2 * columns;
    const ax = moved[n] + s * (moved[n + 2] - moved[n]), ay = moved[n + 1] + s * (moved[n + 3] - moved[n + 1]);
    this.#dx = ax + t * (moved[m] + s * (moved[m + 2] - moved[m]) - ax);
    this.#dy = ay + t * (moved[m + 1] + s * (moved[m + 3] - moved[m + 1]) - ay);
  }

  /** The shares of the limits within which no part of the picture folds, whichever way the head turns. */
  #unfolded(): HeadAngles {
    const reach = { yaw: 1, pitch: 1, roll: 1 };
    const folds = (direction: HeadAngles) => this.#leastArea(limitHead(direction, this.photo, reach)) < LEAST_AREA;
    for (const axis of AXES) while (reach[axis] > 0.05 && SIDES.some((side) => folds({ ...STRAIGHT, [axis]: side }))) reach[axis] *= LESS;
    while (reach.yaw > 0.05 && DIAGONALS.some(folds)) for (const axis of AXES) reach[axis] *= LESS;
    return reach;
  }

  /** How much of its area the most pressed part of the picture keeps. */
  #leastArea(head: HeadAngles): number {
    const { step, columns, rows } = this.#grid, moved = this.#moved;
    this.#move(this.#rotation(head, new Float64Array(6)));
    let least = 1;
    for (let j = 0; j + 1 < rows; j++) {
      for (let i = 0, n = 2 * j * columns; i + 1 < columns; i++, n += 2) {
        const m = n + 2 * columns;
        const xx = 1 + (moved[n + 2] - moved[n]) / step, yx = (moved[n + 3] - moved[n + 1]) / step;
        const xy = (moved[m] - moved[n]) / step, yy = 1 + (moved[m + 1] - moved[n + 1]) / step;
        least = Math.min(least, xx * yy - xy * yx);
      }
    }
    return least;
  }
}

const AXES = ["yaw", "pitch", "roll"] as const;
/** Far beyond every limit. */
const FAR = 999, SIDES = [-FAR, FAR] as const;
const DIAGONALS: readonly HeadAngles[] = SIDES.flatMap((yaw) => SIDES.flatMap((pitch) => [...SIDES, 0].map((roll) => ({ yaw, pitch, roll }))));
