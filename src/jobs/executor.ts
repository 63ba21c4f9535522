import type { Progress, Summary } from "../pipeline/progress.js";
import type { JoinTarget } from "./do-join.js";
import type { JobSpec } from "./units.js";

/** A job, cut into units. */
export interface PlannedJob {
  readonly id: string;
  readonly spec: JobSpec;
  readonly target: JoinTarget;
  readonly priority: number;
}

/** How a job is watched. */
export interface ExecutionHooks {
  readonly signal: AbortSignal;
  /** Frames rendered so far, those of finished segments of earlier runs included, and mean milliseconds in each stage where they are known. */
  readonly onFrames: (frames: number, stages?: Progress["stages"]) => void;
}

/** One segment's share in a finished job. */
export interface SegmentReport {
  readonly index: number;
  readonly frames: number;
  readonly seconds: number;
  readonly worker: string;
  /** 0 when it was there already. */
  readonly tries: number;
}

/** What came of a job. */
export interface Execution {
  readonly summary: Summary;
  readonly segments: readonly SegmentReport[];
}

/** Whoever does the units of jobs: this process, or workers behind a queue. */
export interface Executor extends AsyncDisposable {
  /** Jobs that are worth having open at once. */
  readonly openJobs: number;
  /** Does what is missing of a job: its segments, then the join. @throws {ReenactError} why it cannot be done; ABORTED */
  execute(job: PlannedJob, hooks: ExecutionHooks): Promise<Execution>;
  /** Work that cannot be cut into units, in this process, when there is room. */
  whole<T>(priority: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Ends what is open; can be called again. */
  close(): Promise<void>;
}
