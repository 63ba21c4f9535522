import type { Registry } from "prom-client";
import type { Executor } from "./executor.js";
import { jobId } from "./batch-job.js";
import { FolderStorage } from "./folder-storage.js";
import { LocalExecutor } from "./local-executor.js";
import { openStorage } from "./open-storage.js";
import { FileReferrer } from "./refer-file.js";
import type { RunFolder } from "./run-folder.js";
import type { JobContext } from "./run-job.js";
import { Workshop } from "./workshop.js";

/** Who does a run's units, and where their parts lie. */
export interface Execution extends Pick<JobContext, "namespace" | "refer"> {
  readonly workshop: Workshop;
  readonly executor: Executor;
}

/** What {@link openExecution} decides by. */
export interface ExecutionOptions {
  readonly slots: number;
  readonly retries: number;
  readonly queue?: { readonly url: string; readonly storage: string } | undefined;
}

/** How the work is watched. */
export interface ExecutionWatch {
  /** Sentences for the user. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Where figures for Prometheus are added. */
  readonly registry?: Registry | undefined;
}

/**
 * This process, with its parts in the run's folder; or the workers of a queue, with their parts in a storage that all of them see.
 * @throws {ReenactError} QUEUE_UNAVAILABLE, STORAGE_FAILED, USAGE, OUTPUT_INVALID
 */
export async function openExecution({ slots, retries, queue }: ExecutionOptions, folder: RunFolder, { onNote, registry }: ExecutionWatch = {}): Promise<Execution> {
  if (!queue) {
    const workshop = new Workshop(new FolderStorage(folder.work), folder.scratch);
    const refer = (at: string, label: string) => Promise.resolve({ at, label, stored: false });
    return { workshop, executor: new LocalExecutor(workshop, slots, retries), namespace: "", refer };
  }
  // Only when they are asked for: their library is large.
  const [{ checkRedis }, { RedisExecutor }, { queueOf }] = await Promise.all([
    import("./queue/redis-connection.js"), import("./queue/redis-executor.js"), import("./queue/queue-names.js"),
  ]);
  await checkRedis(queue.url);
  const storage = await openStorage(queue.storage), namespace = `${jobId(folder.path)}/`;
  const workshop = new Workshop(storage, folder.scratch), files = new FileReferrer(storage, namespace);
  const executor = new RedisExecutor(queue.url, await queueOf(storage), workshop, retries, onNote ?? (() => {}), registry);
  return { workshop, executor, namespace, refer: (path, label) => files.refer(path, label) };
}
