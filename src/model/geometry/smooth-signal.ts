/** What was measured in one frame: some numbers that belong together. */
export interface TimedSignal {
  /** Seconds; rises from frame to frame. */
  readonly time: number;
  /** Null where nothing could be measured. */
  readonly values: readonly number[] | null;
  /** How far the values can be trusted, 0…1. */
  readonly weight: number;
}

/** How strongly {@link smoothSignalAt} smooths. */
export interface SignalSmoothing {
  /** Frames further away than this have no influence, seconds. */
  readonly reach: number;
  /** Standard deviation of the weight over time, seconds. */
  readonly spread: number;
  /** Standard deviation of the weight over distance, in the values' unit: motion well above it is followed, jitter below it goes. */
  readonly motion: number;
}

/**
 * The values of one frame, smoothed as `smoothAt` smooths a crop: straight lines through the neighbours' values, weighted by nearness in time
 * and, unless the frame itself says nothing that can be trusted, in value. Only frames within `reach` count, so it does not matter
 * where a video was cut further away.
 *
 * @param window the frame and its neighbours in order of time
 * @param centre index of the frame in `window`
 * @returns null when no frame within reach says anything
 */
export function smoothSignalAt(window: readonly TimedSignal[], centre: number, { reach, spread, motion }: SignalSmoothing): number[] | null {
  const own = window[centre], origin = own.weight > 0.5 ? own.values : null;
  let size = 0, total = 0, late = 0, late2 = 0;
  const sums: number[] = [], lateSums: number[] = [];
  for (const { time, values, weight: trust } of window) {
    const t = time - own.time;
    if (!values || trust <= 0 || Math.abs(t) > reach + 1e-6) continue;
    let distance = 0;
    if (origin) for (let k = 0; k < values.length; k++) distance += (values[k] - origin[k]) ** 2;
    const weight = trust * Math.exp(-0.5 * ((t / spread) ** 2 + distance / motion ** 2));
    size = values.length;
    total += weight;
    late += weight * t;
    late2 += weight * t * t;
    for (let k = 0; k < size; k++) {
      sums[k] = (sums[k] ?? 0) + weight * values[k];
      lateSums[k] = (lateSums[k] ?? 0) + weight * t * values[k];
    }
  }
  if (!(total > 1e-9)) return null;
  const across = total * late2 - late * late, sloped = origin !== null && across > 1e-9 * total * late2;
  return Array.from({ length: size }, (_, k) => (sloped ? (late2 * sums[k] - late * lateSums[k]) / across : sums[k] / total));
}
