/** One frame's told weights. */
export interface TimedWeights {
  /** Seconds; rises from frame to frame. */
  readonly time: number;
  /** [51] 0…1; undefined without a face. */
  readonly weights: Float32Array | undefined;
}

/** Frames further away than this have no influence, seconds, nor do more than so many to either side. */
export const STEADY_REACH = 0.1, STEADY_FRAMES = 8;
/** Standard deviation of the influence over time, seconds. */
const SPREAD = 0.06;
/** A weight that differs by so much counts half: a network that reads still faces is off by a hundredth from frame to frame, a blink goes by tenths. */
const MOVED = 0.08;

/**
 * The weights of one frame with the trembling of the reading taken out: for every weight by itself the mean of its neighbours in time, those
 * that are alike counting most (a bilateral filter: Tomasi and Manduchi, 1998), so that what moves keeps its edges.
 *
 * @param window the frame and its neighbours in order of time
 * @param centre index of the frame in `window`
 * @returns [51]; undefined without a face
 */
export function steadyWeightsAt(window: readonly TimedWeights[], centre: number): Float32Array | undefined {
  const { time, weights: own } = window[centre];
  if (!own) return undefined;
  const sums = new Float64Array(own.length), totals = new Float64Array(own.length);
  for (const { time: then, weights } of window) {
    const t = then - time;
    if (!weights || Math.abs(t) > STEADY_REACH + 1e-6) continue;
    const near = Math.exp(-0.5 * (t / SPREAD) ** 2);
    for (let k = 0; k < own.length; k++) {
      const influence = near / (1 + ((weights[k] - own[k]) / MOVED) ** 2);
      sums[k] += influence * weights[k];
      totals[k] += influence;
    }
  }
  return own.map((_, k) => sums[k] / totals[k]);
}
