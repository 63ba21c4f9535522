import type { Progress } from "../pipeline/progress.js";

/** Mean milliseconds in each stage over several segments, by their frames. */
export function meanStages(segments: readonly { readonly frames: number; readonly stages: Progress["stages"] }[]): Progress["stages"] {
  const sums: Record<string, { ms: number; frames: number }> = {};
  for (const { stages, frames } of segments) {
    for (const [stage, ms] of Object.entries(stages)) {
      const sum = (sums[stage] ??= { ms: 0, frames: 0 });
      sum.ms += ms * frames;
      sum.frames += frames;
    }
  }
  return Object.fromEntries(Object.entries(sums).flatMap(([stage, { ms, frames }]) => (frames > 0 ? [[stage, ms / frames]] : [])));
}
