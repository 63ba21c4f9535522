/**
 * How a driver's expression is put onto the photo. `absolute`: as it is, whatever either of them shows at rest. `relative`: the photo's own
 * expression, plus how the driver's differs from its rest, a little larger where the photo has more room for it. `calibrated`: as it is, less what the driver's rest seems to show:
 * rest is a neutral face then, also where the photo smiles.
 */
export type ExpressionMode = "absolute" | "relative" | "calibrated";

/** No difference from rest is shown more than this many times as large: what is read trembles, and photos lose their likeness. */
const STEEPEST = 1.3;

/**
 * The weights that the photo is to show.
 *
 * @param weights [51] the driver's, 0…1
 * @param rest [51] the driver's at rest
 * @param own [51] the photo's
 * @param worn [51] how much of what rises above rest the photo wears, when relative; everything when left out
 * @returns [51] 0…1
 */
export function countFromRest(mode: ExpressionMode, weights: Float32Array, rest: ArrayLike<number>, own: ArrayLike<number>, worn?: ArrayLike<number>): Float32Array {
  if (mode === "absolute") return weights;
  return weights.map((weight, k) => {
    const above = weight > rest[k], share = above && worn ? worn[k] : 1;
    const counted = mode === "relative" ? own[k] + share * (weight - rest[k]) * slope(above, rest[k], own[k]) : (weight - rest[k]) / Math.max(0.2, 1 - rest[k]);
    return Math.min(1, Math.max(0, counted));
  });
}

/** What is left above the driver's rest, or below it, is stretched over what is left above or below the photo's own; never pressed together. */
function slope(above: boolean, rest: number, own: number): number {
  const room = above ? 1 - own : own, theirs = above ? 1 - rest : rest;
  return room >= STEEPEST * theirs ? STEEPEST : Math.max(1, room / theirs);
}
