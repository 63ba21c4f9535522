import { rm } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import { expandJobs } from "./expand-jobs.js";
import { FolderStorage } from "./folder-storage.js";
import { LocalExecutor } from "./local-executor.js";
import type { DecisionOptions } from "./preflight.js";
import type { JobList } from "./read-jobs-file.js";
import { runBatch, type BatchEvent, type BatchOutcome } from "./run-batch.js";
import { writeReport } from "./report/batch-report.js";
import { Scorer } from "./report/job-scores.js";
import { RunFolder } from "./run-folder.js";
import { Workshop } from "./workshop.js";

/** How a batch is done. */
export interface BatchRequest extends DecisionOptions {
  readonly list: JobList;
  /** The run's folder: the same one goes on where it was. */
  readonly folder: string;
  /** Segments at once. */
  readonly slots: number;
  /** How often a segment is tried again. */
  readonly retries: number;
  readonly onError: "continue" | "halt";
  /** Whether outputs are scored for the report, which takes about as long as decoding them twice. */
  readonly scores: boolean;
}

/** How a batch is watched and ended. */
export interface BatchHooks {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BatchEvent) => void;
}

/**
 * Does many jobs, in segments, so that it can be ended at any moment, also by a loss of power: the same call goes on where it was.
 *
 * @throws {ReenactError} JOBS_INVALID, OUTPUT_EXISTS, RUN_BUSY before anything is begun; ABORTED
 */
export async function reenactBatch(request: BatchRequest, { signal = new AbortController().signal, onEvent = () => {} }: BatchHooks = {}): Promise<BatchOutcome> {
  const jobs = await expandJobs(request.list);
  const folder = new RunFolder(request.folder);
  await folder.open();
  const storage = new FolderStorage(folder.work), workshop = new Workshop(storage, folder.scratch);
  const executor = new LocalExecutor(workshop, request.slots, request.retries);
  try {
    const outcome = await runBatch(jobs, {
      ...request, folder, storage, executor, studio: workshop.studio, signal, onEvent,
      refer: (path, label) => Promise.resolve({ at: path, label, stored: false }),
    });
    if (outcome.failed + outcome.left === 0) await rm(folder.work, { recursive: true, force: true });
    const scorer = request.scores ? new Scorer(workshop.studio, signal) : undefined;
    try {
      await writeReport(outcome, folder, scorer, signal);
    } finally {
      await scorer?.close();
    }
    return outcome;
  } finally {
    await executor.close();
    await rm(folder.scratch, { recursive: true, force: true, maxRetries: 5 });
    await folder.close();
  }
}

/** What a batch that did not succeed ends the program with; undefined when it did. */
export function batchFailure({ done, failed, left }: Pick<BatchOutcome, "done" | "failed" | "left">): ReenactError | undefined {
  if (failed + left === 0) return undefined;
  const rest = left === 0 ? "" : ` and ${left} ${left === 1 ? "was" : "were"} not begun`;
  const what = `${failed} of ${done + failed + left} jobs failed${rest}: the same command tries them again, with --only failed nothing else.`;
  return done > 0 ? new ReenactError("JOBS_SOME_FAILED", what) : new ReenactError("JOBS_ALL_FAILED", what);
}
