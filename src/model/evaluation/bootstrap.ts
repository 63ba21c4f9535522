import { createRandom } from "../synthesis/random.js";

/** A mean with the range it would fall into in 95 % of repetitions with other people. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Values that went in. */
  readonly count: number;
}

const RESAMPLES = 1000;

/**
 * The mean of values, with a 95 % confidence interval by the bootstrap (Efron 1979; percentiles) over groups: pictures of one person are
 * not independent, so whole people are drawn. Values that are not finite are left out.
 *
 * @param groups the group of each value, as long as `values`
 * @param seed makes it repeatable
 * @returns undefined when no value is left; low and high equal the mean when there is one group only
 */
export function bootstrapMean(values: readonly number[], groups: readonly string[], seed: string): Estimate | undefined {
  const sums = new Map<string, { sum: number; count: number }>();
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const { sum, count } = sums.get(groups[i]) ?? { sum: 0, count: 0 };
    sums.set(groups[i], { sum: sum + value, count: count + 1 });
  });
  const people = [...sums.values()];
  if (people.length === 0) return undefined;
  const total = people.reduce((all, { sum, count }) => ({ sum: all.sum + sum, count: all.count + count }));
  const random = createRandom(`${seed}/bootstrap`);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0, count = 0;
    for (let k = 0; k < people.length; k++) {
      const person = people[Math.floor(random() * people.length)];
      sum += person.sum;
      count += person.count;
    }
    return sum / count;
  }).sort((a, b) => a - b);
  return { mean: total.sum / total.count, count: total.count, low: means[Math.floor(0.025 * RESAMPLES)], high: means[Math.ceil(0.975 * RESAMPLES) - 1] };
}
