import { correlation } from "./correlation.js";

/** How one series follows another: 1 and 1 are perfect. */
export interface Followed {
  /** Pearson's correlation. */
  readonly r: number;
  /** The least-squares slope over what is followed. */
  readonly slope: number;
}

/** When a series counts as moving, as standard deviations. */
export interface Moving {
  /** What is followed by less is not judged. */
  readonly leader: number;
  /** What follows by less is at rest, and follows nothing: its correlation counts 0. */
  readonly follower: number;
}

/** Fewer samples say nothing. */
const FEWEST = 8;
/** Rounding makes a constant series vary by less. */
const CONSTANT = 1e-9;

/** How `follower` follows `leader`, sample by sample. @returns undefined where the leader hardly moves or there are fewer than eight samples */
export function followSeries(leader: readonly number[], follower: readonly number[], { leader: moves, follower: rests }: Moving): Followed | undefined {
  const spread = deviation(leader), spreads = deviation(follower);
  if (leader.length < FEWEST || !(spread >= moves)) return undefined;
  const r = spreads > CONSTANT ? correlation(leader, follower) : 0;
  return { r: spreads < rests ? 0 : r, slope: (r * spreads) / spread };
}

/** The standard deviation of values; NaN without any. */
export function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
