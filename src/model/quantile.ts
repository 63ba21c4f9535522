/** A quantile of values, linear between those next to it; NaN for none. @param share 0…1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b), at = share * (sorted.length - 1), low = Math.floor(at), high = Math.ceil(at);
  return sorted.length === 0 ? NaN : sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
