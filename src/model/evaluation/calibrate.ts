/** How well a similarity tells pairs of one person from pairs of two, and the thresholds that follow. */
export interface Calibration {
  /** Pairs of one person, and of two. */
  readonly same: number;
  readonly different: number;
  /** Means of the two kinds. */
  readonly sameMean: number;
  readonly differentMean: number;
  /** The probability that a pair of one person is more alike than a pair of two. */
  readonly auc: number;
  /** Where as many of the one kind are refused as of the other are accepted (share of each), and that share. */
  readonly threshold: number;
  readonly equalError: number;
  /** Where 1 % of the pairs of two people are accepted, and the share of the pairs of one person that are. */
  readonly lenientThreshold: number;
  readonly lenientAccepted: number;
}

/**
 * Calibrates a verifier on real pairs. Where the two kinds do not overlap, every threshold between them makes no error: the middle is taken.
 *
 * @param same similarities of pairs that show one person
 * @param different of pairs that show two
 * @throws RangeError when one of them is empty
 */
export function calibrate(same: readonly number[], different: readonly number[]): Calibration {
  if (same.length === 0 || different.length === 0) {
    throw new RangeError(`Expected pairs of one person and of two but received ${same.length} and ${different.length}`);
  }
  const up = [...same].sort((a, b) => a - b), wrong = [...different].sort((a, b) => a - b);
  const refused = (threshold: number) => below(up, threshold) / up.length;
  const accepted = (threshold: number) => 1 - below(wrong, threshold) / wrong.length;
  const candidates = [...new Set([...up, ...wrong])].sort((a, b) => a - b);
  // Refusals grow with the threshold and acceptances fall: the last candidate at which acceptances still lead, and the next one.
  let low = 0, high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (accepted(candidates[middle]) > refused(candidates[middle])) low = middle + 1;
    else high = middle;
  }
  const at = Math.min(low, candidates.length - 1);
  const apart = wrong[wrong.length - 1] < up[0];
  const threshold = apart ? (wrong[wrong.length - 1] + up[0]) / 2 : candidates[at];
  const lenientThreshold = wrong[Math.min(wrong.length - 1, Math.ceil(0.99 * wrong.length))];
  return {
    same: same.length, different: different.length, sameMean: mean(same), differentMean: mean(different),
    auc: up.reduce((sum, value) => sum + below(wrong, value), 0) / (up.length * wrong.length),
    threshold, equalError: (accepted(threshold) + refused(threshold)) / 2,
    lenientThreshold, lenientAccepted: 1 - refused(lenientThreshold),
  };
}

/** How many of a sorted list lie below a value. */
function below(sorted: readonly number[], value: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
