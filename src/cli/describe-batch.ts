import type { BatchOutcome } from "../jobs/run-batch.js";

/** A batch that came to its end, for people. */
export function describeOutcome({ jobs, done, failed, left }: BatchOutcome, folder: string): string {
  const lines = jobs.flatMap(({ job, result }) => {
    if (result?.error) return [`✗ ${job.name}: ${result.error.message}`];
    return result?.summary ? [`✓ ${job.name}: ${result.summary.frames} frames, ${result.summary.duration.toFixed(2)} s`] : [`– ${job.name}`];
  });
  const rest = left > 0 ? `, ${left} not begun` : "";
  return `${[...lines, `${done} done, ${failed} failed${rest}; the run's folder is ${folder}`].join("\n")}\n`;
}
