import type { JobResult } from "../run-folder.js";

/** What one process did of a job, or of a batch. */
export interface Share {
  /** Its machine and number: `host:pid`. */
  readonly worker: string;
  readonly segments: number;
  readonly frames: number;
  /** Seconds it rendered, segments that it did side by side counted each. */
  readonly seconds: number;
}

/** Who did how much, the one with the most frames first. */
export function sharesOf(segments: JobResult["segments"]): Share[] {
  const shares = new Map<string, Share>();
  for (const { worker, frames, seconds } of segments) {
    const so = shares.get(worker) ?? { worker, segments: 0, frames: 0, seconds: 0 };
    shares.set(worker, { worker, segments: so.segments + 1, frames: so.frames + frames, seconds: so.seconds + seconds });
  }
  return [...shares.values()].sort((a, b) => b.frames - a.frames);
}

/** Shares as a phrase: `a:1 made 4 segments (62 % of the frames, 30.1 s), b:2 made …`. */
export function describeShares(shares: readonly Share[]): string {
  const all = shares.reduce((sum, { frames }) => sum + frames, 0);
  return shares.map(({ worker, segments, frames, seconds }) =>
    `${worker} made ${segments} segment${segments === 1 ? "" : "s"} (${((100 * frames) / Math.max(1, all)).toFixed(0)} % of the frames, ${seconds.toFixed(1)} s)`).join(", ");
}
