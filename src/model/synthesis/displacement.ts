import { VERTEX_COUNT } from "./expression-basis.js";
import type { Opening } from "./opening.js";
import { expressionOffsets, projectVector, type PosedFace } from "./posed-face.js";

/** The inner rims of pressed lips overlap by this much in the basis (cm). */
const LIP_OVERLAP = 0.05;
/** Limits of a lid's openness relative to the canonical eye, and of its change; beyond them eyes look torn open. */
const WIDEST = 1.6, NARROWEST_KNOWN = 0.35, LARGEST_RATIO = 1.8;

/**
 * How the landmarks move in the image when the face changes from the photo's expression to `weights`.
 *
 * @param weights [51], 0…1
 * @returns [468, 2] pixels
 */
export function displacement(face: PosedFace, weights: ArrayLike<number>): Float64Array {
  const { basis, pose, lateral } = face;
  const before = expressionOffsets(basis, face.current), after = expressionOffsets(basis, weights);
  const moved = new Float64Array(VERTEX_COUNT * 2);
  for (let i = 0; i < VERTEX_COUNT; i++) {
    const j = 3 * i;
    moved.set(projectVector(pose, after[j] - before[j], after[j + 1] - before[j + 1], after[j + 2] - before[j + 2]), 2 * i);
  }
  correctGaps(face, basis.lips, moved, (upper, lower) => Math.max(0, parting(after, upper, lower) - LIP_OVERLAP) * pose.scale);
  for (const eye of basis.eyes) {
    correctGaps(face, eye, moved, (upper, lower, gap) => {
      const canonical = basis.vertices[3 * upper + 1] - basis.vertices[3 * lower + 1];
      const openness = (offsets: Float64Array) => (canonical + parting(offsets, upper, lower)) / canonical;
      const now = clamp(openness(after), 0, WIDEST), was = clamp(openness(before), NARROWEST_KNOWN, WIDEST);
      return Math.max(0, gap) * Math.min(now / was, LARGEST_RATIO);
    });
  }
  for (let i = 0; i < VERTEX_COUNT; i++) {
    // Near the silhouette the true surface turns away, which a flat picture cannot follow.
    const along = basis.silhouetteDamping[i] * (moved[2 * i] * lateral[0] + moved[2 * i + 1] * lateral[1]);
    moved[2 * i] -= along * lateral[0];
    moved[2 * i + 1] -= along * lateral[1];
  }
  return moved;
}

/** Moves the rims of an opening (and the skin beside them) so that the gap of every pair becomes `wanted(upper, lower, photo's gap)`. */
function correctGaps(
  face: PosedFace, opening: Opening, moved: Float64Array, wanted: (upper: number, lower: number, gap: number) => number,
): void {
  const { upper, lower, upperSpread, lowerSpread, upperShare } = opening;
  const [dx, dy] = face.down;
  const across = (values: Float64Array, u: number, l: number): number =>
    (values[2 * l] - values[2 * u]) * dx + (values[2 * l + 1] - values[2 * u + 1]) * dy;
  const pairs = upper.length - 2;
  const corrections = Array.from({ length: pairs }, (_, k) => {
    const u = upper[k + 1], l = lower[k + 1];
    const gap = across(face.points, u, l);
    return wanted(u, l, gap) - gap - across(moved, u, l);
  });
  for (let i = 0; i < VERTEX_COUNT; i++) {
    let shift = 0;
    for (let k = 0; k < pairs; k++) {
      const j = k * VERTEX_COUNT + i;
      shift += corrections[k] * ((1 - upperShare) * lowerSpread[j] - upperShare * upperSpread[j]);
    }
    moved[2 * i] += shift * dx;
    moved[2 * i + 1] += shift * dy;
  }
}

/** How much further apart an expression puts a pair, canonical cm. */
function parting(offsets: Float64Array, upper: number, lower: number): number {
  return offsets[3 * upper + 1] - offsets[3 * lower + 1];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
