import { rm } from "node:fs/promises";
import { told } from "../as-reenact-error.js";
import { ReenactError } from "../errors.js";
import { filePath, type FilePath } from "../file-path.js";
import { Closers } from "../pipeline/closers.js";
import { expandJobs } from "./expand-jobs.js";
import { openExecution, type ExecutionWatch } from "./open-execution.js";
import type { DecisionOptions } from "./preflight.js";
import type { JobList } from "./read-jobs-file.js";
import { runBatch, type BatchEvent, type BatchOutcome } from "./run-batch.js";
import { writeReport } from "./report/batch-report.js";
import { Scorer } from "./report/job-scores.js";
import { RunFolder } from "./run-folder.js";
import type { Storage } from "./storage.js";

/** How a batch is done. */
export interface BatchRequest extends DecisionOptions {
  readonly list: JobList;
  /** The run's folder: the same one goes on where it was. */
  readonly folder: FilePath;
  /** Segments at once. */
  readonly slots: number;
  /** How often a segment is tried again. */
  readonly retries: number;
  readonly onError: "continue" | "halt";
  /** Whether outputs are scored for the report, which takes about as long as decoding them twice. */
  readonly scores: boolean;
  /** Workers that do the segments, instead of this process: their queue's Redis, and what they share (a folder, or `s3://bucket/prefix`). */
  readonly queue?: { readonly url: string; readonly storage: string } | undefined;
}

/** How a batch is watched and ended. */
export interface BatchHooks extends ExecutionWatch {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BatchEvent) => void;
}

/**
 * Does many jobs, in segments, so that it can be ended at any moment, also by a loss of power: the same call goes on where it was.
 *
 * @throws {ReenactError} JOBS_INVALID, OUTPUT_EXISTS, RUN_BUSY before anything is begun; ABORTED
 */
export function reenactBatch(request: BatchRequest, hooks: BatchHooks = {}): Promise<BatchOutcome> {
  return told(hooks.signal, () => run(request, hooks));
}

async function run(request: BatchRequest, hooks: BatchHooks): Promise<BatchOutcome> {
  const { signal = new AbortController().signal, onEvent = () => {} } = hooks;
  const jobs = await expandJobs(request.list);
  const folder = new RunFolder(filePath(request.folder, "folder")), closers = new Closers();
  try {
    await folder.open();
    closers.add(folder, (opened) => opened.close());
    closers.add(folder.scratch, (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }));
    const { workshop, executor, namespace, refer } = await openExecution(request, folder, hooks);
    closers.add(executor, (opened) => opened.close());
    const { storage, studio } = workshop;
    const outcome = await runBatch(jobs, { ...request, folder, storage, executor, studio, namespace, refer, signal, onEvent });
    if (outcome.failed + outcome.left === 0) await removeParts(folder, storage, namespace);
    const scorer = request.scores ? new Scorer(studio, signal) : undefined;
    try {
      await writeReport(outcome, folder, scorer, signal);
    } finally {
      await scorer?.close();
    }
    return outcome;
  } finally {
    await closers.close();
  }
}

/** Nothing more will be made of them. */
async function removeParts(folder: RunFolder, storage: Storage, namespace: string): Promise<void> {
  await rm(folder.work, { recursive: true, force: true });
  if (namespace !== "") await storage.remove(namespace.slice(0, -1));
}

/** What a batch that did not succeed ends the program with; undefined when it did. */
export function batchFailure({ done, failed, left }: Pick<BatchOutcome, "done" | "failed" | "left">): ReenactError | undefined {
  if (failed + left === 0) return undefined;
  const rest = left === 0 ? "" : ` and ${left} ${left === 1 ? "was" : "were"} not begun`;
  const what = `${failed} of ${done + failed + left} jobs failed${rest}: the same command tries them again, with --only failed nothing else.`;
  return done > 0 ? new ReenactError("JOBS_SOME_FAILED", what) : new ReenactError("JOBS_ALL_FAILED", what);
}
