/** Constant, and over the last `decay` (0…1) of the steps falling linearly to a tenth. @param step steps done before */
export function scheduledRate({ learningRate, decay, steps }: { readonly learningRate: number; readonly decay: number; readonly steps: number }, step: number): number {
  const left = (steps - step) / Math.max(1, decay * steps);
  return learningRate * Math.min(1, 0.1 + 0.9 * left);
}
