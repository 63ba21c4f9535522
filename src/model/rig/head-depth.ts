import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import type { HeadShape } from "./head-shape.js";

/** Pixels from node to node, and where node 0 lies. */
export interface Grid {
  readonly left: number;
  readonly top: number;
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
}

/** Half widths of the face over which one landmark's depth spreads, and what a place without landmarks weighs against it. */
const SPREAD = 0.13, NOTHING = 0.3;
/** Pixels that depth falls per pixel at most: what falls faster hides something when it turns, and a field cannot hide. */
const STEEPEST = 1.5;
/** The blur after that, half widths. */
const BLUR = 0.05;

/**
 * The depth of a head at the nodes of a grid: the ellipsoid's, and where landmarks say how deep the face is, theirs. It never falls steeply:
 * a chin's neck and a nose's sides come along instead of folding.
 *
 * @param landmarks x0, y0, x1, y1, … pixels
 * @param depths one for each landmark, pixels, smaller is nearer; undefined: the ellipsoid alone
 * @returns [rows, columns] pixels towards the viewer from the ellipsoid's widest plane
 */
export function headDepth(shape: HeadShape, { left, top, step, columns, rows }: Grid, landmarks: Float64Array, depths?: ArrayLike<number>): Float32Array {
  const depth = new Float32Array(columns * rows);
  for (let j = 0, n = 0; j < rows; j++) for (let i = 0; i < columns; i++, n++) depth[n] = shape.depthAt(left + i * step, top + j * step);
  if (depths) addOwn(depth, shape, { left, top, step, columns, rows }, landmarks, depths);
  raise(depth, columns, STEEPEST * step);
  gaussianBlur(depth, columns, rows, (BLUR * shape.halfWidth) / step);
  return depth;
}

/** Adds how the landmarks' depth differs from the ellipsoid's: near landmarks wholly, fading away from them. */
function addOwn(depth: Float32Array, shape: HeadShape, { left, top, step, columns, rows }: Grid, landmarks: Float64Array, depths: ArrayLike<number>): void {
  const count = Math.min(depths.length, 468), differences = new Float64Array(count);
  let mean = 0;
  for (let k = 0; k < count; k++) {
    differences[k] = -depths[k] - shape.depthAt(landmarks[2 * k], landmarks[2 * k + 1]);
    mean += differences[k] / count;
  }
  const sums = new Float32Array(depth.length), weights = new Float32Array(depth.length).fill(NOTHING);
  const sigma = (SPREAD * shape.halfWidth) / step, reach = Math.ceil(3 * sigma);
  for (let k = 0; k < count; k++) {
    const x = (landmarks[2 * k] - left) / step, y = (landmarks[2 * k + 1] - top) / step;
    const i0 = Math.max(0, Math.ceil(x - reach)), i1 = Math.min(columns - 1, Math.floor(x + reach));
    const j0 = Math.max(0, Math.ceil(y - reach)), j1 = Math.min(rows - 1, Math.floor(y + reach));
    for (let j = j0; j <= j1; j++) {
      for (let i = i0, n = j * columns + i0; i <= i1; i++, n++) {
        const weight = Math.exp(-((i - x) ** 2 + (j - y) ** 2) / (2 * sigma * sigma));
        sums[n] += weight * (differences[k] - mean);
        weights[n] += weight;
      }
    }
  }
  for (let n = 0; n < depth.length; n++) depth[n] += sums[n] / weights[n];
}

/** Raises a plane as little as makes it nowhere fall by more than `most` from node to node (a distance transform in two passes). */
function raise(plane: Float32Array, columns: number, most: number): void {
  const slant = Math.SQRT2 * most;
  const from = (n: number, i: number, side: -1 | 1) => {
    let best = plane[n];
    const beyond = n + side * columns;
    if (i + side >= 0 && i + side < columns) best = Math.max(best, plane[n + side] - most);
    if (beyond >= 0 && beyond < plane.length) {
      best = Math.max(best, plane[beyond] - most);
      if (i > 0) best = Math.max(best, plane[beyond - 1] - slant);
      if (i < columns - 1) best = Math.max(best, plane[beyond + 1] - slant);
    }
    plane[n] = best;
  };
  for (let n = 0; n < plane.length; n++) from(n, n % columns, -1);
  for (let n = plane.length - 1; n >= 0; n--) from(n, n % columns, 1);
}
