/**
 * How a driver's expression is put onto the photo. `absolute`: as it is, whatever either of them shows at rest. `relative`: the photo's own
 * expression, plus how the driver's differs from its rest. `calibrated`: as it is, less what the driver's rest seems to show:
 * rest is a neutral face then, also where the photo smiles.
 */
export type ExpressionMode = "absolute" | "relative" | "calibrated";

/**
 * The weights that the photo is to show.
 *
 * @param weights [51] the driver's, 0…1
 * @param rest [51] the driver's at rest
 * @param own [51] the photo's
 * @returns [51] 0…1
 */
export function countFromRest(mode: ExpressionMode, weights: Float32Array, rest: ArrayLike<number>, own: ArrayLike<number>): Float32Array {
  if (mode === "absolute") return weights;
  return weights.map((weight, k) => {
    const counted = mode === "relative" ? own[k] + weight - rest[k] : (weight - rest[k]) / Math.max(0.2, 1 - rest[k]);
    return Math.min(1, Math.max(0, counted));
  });
}
