import { SHADING_SIZE, type ExpressionBasis } from "./expression-basis.js";

/** What a rising weight adds of its creases, and what a falling one takes away: folds in a photo never vanish fully. */
const RISE = 0.75, FALL = 0.6;
/** Bounds of the change of log luminance. */
const DARKEST = -0.5, BRIGHTEST = 0.3;

/**
 * The creases and slopes that going from one expression to another draws on the skin.
 *
 * @param from [51]
 * @param to [51]
 * @returns [128, 128] change of log luminance, not yet bounded; undefined when there is none
 */
export function shadingChange(basis: ExpressionBasis, from: ArrayLike<number>, to: ArrayLike<number>): Float32Array | undefined {
  const texels = SHADING_SIZE * SHADING_SIZE;
  let map: Float32Array | undefined;
  for (let k = 0; k < basis.blendshapes.length; k++) {
    const change = to[k] - from[k];
    const strength = change * (change > 0 ? RISE : FALL);
    if (strength === 0) continue;
    map ??= new Float32Array(texels);
    for (let i = 0, j = k * texels; i < texels; i++, j++) map[i] += strength * basis.shading[j];
  }
  return map;
}

/** The factor on the colour for a change of log luminance. */
export function lightFactor(change: number): number {
  return Math.exp(Math.min(BRIGHTEST, Math.max(DARKEST, change)));
}
