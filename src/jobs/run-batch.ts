import { ReenactError } from "../errors.js";
import { asReenactError } from "../as-reenact-error.js";
import type { Progress } from "../pipeline/progress.js";
import type { BatchJob } from "./batch-job.js";
import type { Executor } from "./executor.js";
import { decide, type Decision, type DecisionOptions } from "./preflight.js";
import type { JobResult } from "./run-folder.js";
import { removeLeftovers, runJob, type JobContext } from "./run-job.js";
import { Slots } from "./slots.js";

/** What happens in a batch, as it happens. */
export type BatchEvent =
  | { readonly kind: "started" | "kept" | "skipped"; readonly job: BatchJob }
  | { readonly kind: "progress"; readonly job: BatchJob; readonly frames: number; readonly total: number | undefined; readonly stages?: Progress["stages"] }
  | { readonly kind: "ended"; readonly job: BatchJob; readonly result: JobResult };

/** What {@link runBatch} is told beside the jobs. */
export interface BatchOptions extends DecisionOptions, Pick<JobContext, "folder" | "storage" | "studio" | "refer" | "namespace"> {
  readonly executor: Executor;
  /** Whether a failed job ends the batch, or the rest goes on. */
  readonly onError: "continue" | "halt";
  readonly signal: AbortSignal;
  readonly onEvent: (event: BatchEvent) => void;
}

/** A batch that came to its end. */
export interface BatchOutcome {
  /** Every job in order: how it ended, or nothing when it was skipped or not begun. */
  readonly jobs: readonly { readonly job: BatchJob; readonly result: JobResult | undefined }[];
  readonly done: number;
  readonly failed: number;
  /** Not begun, after a failure that halts. */
  readonly left: number;
}

/**
 * Does every job that an earlier run of the same folder left undone. A job that fails leaves the others alone unless `onError` says
 * otherwise. The folder must be open.
 *
 * @throws {ReenactError} OUTPUT_EXISTS before anything is begun; ABORTED: the same call goes on later
 */
export async function runBatch(jobs: readonly BatchJob[], options: BatchOptions): Promise<BatchOutcome> {
  const { folder, segmentSeconds, executor, onEvent } = options;
  const decisions = await decide(jobs, folder, options);
  const rows = jobs.map(({ id, number, name, options: { input, photo, output } }) => ({ id, number, name, input, photo, output }));
  await folder.writeRun({ startedAt: (await folder.readRun())?.startedAt ?? new Date().toISOString(), segmentSeconds, jobs: rows });
  const halt = new AbortController(), signal = AbortSignal.any([options.signal, halt.signal]);
  const results = new Map<BatchJob, JobResult>();
  for (const { job, action, earlier } of decisions) {
    if (action === "do") continue;
    if (earlier) results.set(job, earlier);
    onEvent({ kind: action, job });
  }
  const todo = decisions.filter(({ action }) => action === "do").sort((a, b) => b.job.priority - a.job.priority || a.job.number - b.job.number);
  const open = new Slots(executor.openJobs);
  await Promise.all(todo.map((decision) => open.run(decision.job.priority, signal, async () => {
    const result = await settle(decision, { ...options, signal });
    if (!result) return;
    results.set(decision.job, result);
    onEvent({ kind: "ended", job: decision.job, result });
    if (result.state === "failed" && options.onError === "halt") halt.abort();
  }).catch(onlyAborts)));
  if (options.signal.aborted) throw new ReenactError("ABORTED", "Stopped; what is finished is kept: the same command goes on.", { cause: options.signal.reason });
  const states = [...results.values()].map(({ state }) => state);
  const left = todo.filter(({ job }) => !results.has(job)).length;
  return {
    jobs: jobs.map((job) => ({ job, result: results.get(job) })), left,
    done: states.filter((state) => state === "done").length, failed: states.filter((state) => state === "failed").length,
  };
}

/** Does one job; undefined when it was stopped, not ended. What its result cannot be written to disk is told all the same. */
async function settle({ job, fingerprint, replaces }: Decision, options: BatchOptions): Promise<JobResult | undefined> {
  const { folder, storage, signal, onEvent } = options;
  const startedAt = new Date().toISOString();
  onEvent({ kind: "started", job });
  const failed = (error: unknown): JobResult => {
    const { code, message } = asReenactError(error);
    return { id: job.id, fingerprint, state: "failed", error: { code, message }, segments: [], notes: [], startedAt, finishedAt: new Date().toISOString() };
  };
  let result: JobResult;
  try {
    await removeLeftovers(job, folder);
    result = await runJob({ ...job, options: { ...job.options, overwrite: replaces } }, fingerprint, { ...options, onProgress: (frames, total, stages) => onEvent({ kind: "progress", job, frames, total, ...(stages && { stages }) }) });
  } catch (error) {
    if (signal.aborted) return undefined;
    result = failed(error);
  }
  try {
    await folder.writeResult(result);
  } catch (error) {
    return result.state === "failed" ? result : failed(error);
  }
  // Parts of a job that failed stay: the next run needs only what is missing. Parts that cannot be removed are no failure.
  if (result.state === "done") await storage.remove(`${options.namespace}${job.id}`).catch(() => {});
  return result;
}

function onlyAborts(error: unknown): void {
  if (!(error instanceof ReenactError && error.code === "ABORTED")) throw error;
}
