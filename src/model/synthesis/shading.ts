import { SHADING_SIZE, VERTEX_COUNT, type ExpressionBasis } from "./expression-basis.js";

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
    const strength = foldsOf(to[k] - from[k]);
    if (strength === 0) continue;
    map ??= new Float32Array(texels);
    const runs = shadedTexels(basis)[k];
    for (let run = 0; run < runs.length; run += 2) {
      for (let i = runs[run], j = k * texels + i, end = runs[run + 1]; i < end; i++, j++) map[i] += strength * basis.shading[j];
    }
  }
  return map;
}

/** So many texels of 0 between two that are not do not end a run. */
const GAP = 8;
const shaded = new WeakMap<ExpressionBasis, readonly Int32Array[]>();

/** Of each blendshape's map the runs of texels that are not 0, as starts and ends: most shade a part of the face alone. */
function shadedTexels(basis: ExpressionBasis): readonly Int32Array[] {
  let all = shaded.get(basis);
  if (!all) {
    const texels = SHADING_SIZE * SHADING_SIZE;
    all = basis.blendshapes.map((_, k) => runsOf(basis.shading.subarray(k * texels, (k + 1) * texels)));
    shaded.set(basis, all);
  }
  return all;
}

function runsOf(map: Float32Array): Int32Array {
  const runs: number[] = [];
  for (let i = 0; i < map.length; i++) {
    if (map[i] === 0) continue;
    if (runs.length > 0 && i - runs[runs.length - 1] <= GAP) runs[runs.length - 1] = i + 1;
    else runs.push(i, i + 1);
  }
  return Int32Array.from(runs);
}

/** The factor on the colour for a change of log luminance. */
export function lightFactor(change: number): number {
  return Math.exp(Math.min(BRIGHTEST, Math.max(DARKEST, change)));
}

/** Bilinear sample of a map [128, 128] at texel (u, v); 0 outside. */
export function sampleShading(map: Float32Array, u: number, v: number): number {
  const x = Math.floor(u), y = Math.floor(v);
  if (x < 0 || y < 0 || x >= SHADING_SIZE - 1 || y >= SHADING_SIZE - 1) return 0;
  const fx = u - x, fy = v - y, i = y * SHADING_SIZE + x;
  return (1 - fy) * ((1 - fx) * map[i] + fx * map[i + 1]) + fy * ((1 - fx) * map[i + SHADING_SIZE] + fx * map[i + SHADING_SIZE + 1]);
}

/** The basis' shading at its landmarks alone: [51, 468] log luminance at weight 1. */
export function landmarkShading({ blendshapes, shading, texels }: ExpressionBasis): Float32Array {
  const area = SHADING_SIZE * SHADING_SIZE;
  return Float32Array.from({ length: blendshapes.length * VERTEX_COUNT }, (_, i) => {
    const k = Math.floor(i / VERTEX_COUNT), v = i % VERTEX_COUNT;
    return sampleShading(shading.subarray(k * area, (k + 1) * area), texels[2 * v], texels[2 * v + 1]);
  });
}

/**
 * By how much the skin at each landmark is lighter (or, below 0, darker) in one rendering of a photo than in another.
 *
 * @param table [51, 468] of {@link landmarkShading}
 * @param photo [51] what the photo itself shows @param from [51] one rendering's weights @param to [51] the other's
 * @returns [468] to / from − 1
 */
export function shadingAtLandmarks(table: Float32Array, photo: ArrayLike<number>, from: ArrayLike<number>, to: ArrayLike<number>): Float32Array {
  const before = new Float32Array(VERTEX_COUNT), after = new Float32Array(VERTEX_COUNT);
  for (let k = 0; k < photo.length; k++) {
    const a = foldsOf(from[k] - photo[k]), b = foldsOf(to[k] - photo[k]);
    if (a === 0 && b === 0) continue;
    for (let v = 0, i = k * VERTEX_COUNT; v < VERTEX_COUNT; v++, i++) {
      before[v] += a * table[i];
      after[v] += b * table[i];
    }
  }
  return after.map((change, v) => lightFactor(change) / lightFactor(before[v]) - 1);
}

function foldsOf(change: number): number {
  return change * (change > 0 ? RISE : FALL);
}
