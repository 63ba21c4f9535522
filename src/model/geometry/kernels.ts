/** Four weights that belong to the samples at −1, 0, 1 and 2 for a position `t` in 0…1 between the middle two. They sum to 1. */
export type FourWeights = [number, number, number, number];

/**
 * Keys' cubic convolution ("Cubic Convolution Interpolation for Digital Image Processing", 1981): goes through the samples.
 *
 * @param t position between the middle samples, 0…1
 * @param a slope parameter: −0.5 is Catmull–Rom (exact on parabolas), −0.75 keeps more of the finest detail
 */
export function cubicWeights(t: number, a = -0.5): FourWeights {
  const t2 = t * t, t3 = t2 * t;
  return [
    a * (t3 - 2 * t2 + t),
    (a + 2) * t3 - (a + 3) * t2 + 1,
    -(a + 2) * t3 + (2 * a + 3) * t2 - a * t,
    a * (t2 - t3),
  ];
}

/**
 * Uniform cubic B-spline: smooths a little instead of going through the samples, has continuous curvature and never overshoots,
 * which is what a flow field needs when it is enlarged many times.
 *
 * @param t position between the middle samples, 0…1
 */
export function splineWeights(t: number): FourWeights {
  const s = 1 - t, t2 = t * t, t3 = t2 * t;
  return [s * s * s / 6, (3 * t3 - 6 * t2 + 4) / 6, (-3 * t3 + 3 * t2 + 3 * t + 1) / 6, t3 / 6];
}

/** Steps per pixel in a {@link weightTable}: fine enough that the rounding stays below half a grey level at the hardest edge. */
export const PHASES = 1024;

/**
 * A kernel's weights for every position k/{@link PHASES}, k = 0…PHASES: entry 4k+i is the weight of sample i − 1.
 *
 * @returns Float64Array of 4·(PHASES + 1) weights (double, so that no conversion is paid in the inner loop)
 */
export function weightTable(kernel: (t: number) => FourWeights): Float64Array {
  const table = new Float64Array(4 * (PHASES + 1));
  for (let k = 0; k <= PHASES; k++) table.set(kernel(k / PHASES), 4 * k);
  return table;
}

/** 3t² − 2t³ on 0…1, held at 0 and 1 outside. */
export function smoothstep(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** Held between 0 and 1. */
export function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
