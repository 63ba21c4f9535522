import { clamp01 } from "../geometry/kernels.js";
import type { RelativeShares } from "./relative-shares.js";

/**
 * How a driver's expression is put onto the photo. `absolute`: as it is, whatever either of them shows at rest. `relative`: what the photo
 * keeps of its own expression, plus how the driver's differs from its rest, a little larger where the photo has more room for it.
 * `calibrated`: as it is, less what the driver's rest seems to show: rest is a neutral face then, also where the photo smiles.
 */
export type ExpressionMode = "absolute" | "relative" | "calibrated";

/** What gives way to a movement of the driver's begins to when that has gone so far (less is not read surely enough), and then is gone. */
const GOING = 0.25, GONE = 0.7;

/** No difference from rest is shown more than this many times as large: what is read trembles, and photos lose their likeness. */
const STEEPEST = 1.3;

/**
 * The weights that the photo is to show.
 *
 * @param weights [51] the driver's, 0…1
 * @param rest [51] the driver's at rest
 * @param own [51] the photo's
 * @param shares what the photo keeps and wears when relative; all of both when left out
 * @returns [51] 0…1
 */
export function countFromRest(mode: ExpressionMode, weights: Float32Array, rest: ArrayLike<number>, own: ArrayLike<number>, shares?: RelativeShares): Float32Array {
  if (mode === "absolute") return weights;
  return weights.map((weight, k) => {
    if (mode === "calibrated") return clamp01((weight - rest[k]) / Math.max(0.2, 1 - rest[k]));
    const above = weight > rest[k], share = above && shares ? shares.worn[k] : 1, kept = shares ? keptOf(shares, k, weights, rest) * own[k] : own[k];
    return clamp01(kept + share * (weight - rest[k]) * slope(above, rest[k], kept));
  });
}

/** How much of what it shows itself a photo keeps while the driver wears `weights`. */
function keptOf({ kept, yields }: RelativeShares, k: number, weights: ArrayLike<number>, rest: ArrayLike<number>): number {
  let most = 0;
  for (const other of yields?.[k] ?? []) most = Math.max(most, weights[other] - rest[other]);
  return kept[k] * (1 - clamp01((most - GOING) / (GONE - GOING)));
}

/** What is left above the driver's rest, or below it, is stretched over what is left above or below the photo's own; never pressed together. */
function slope(above: boolean, rest: number, own: number): number {
  const room = above ? 1 - own : own, theirs = above ? 1 - rest : rest;
  return room >= STEEPEST * theirs ? STEEPEST : Math.max(1, room / theirs);
}
