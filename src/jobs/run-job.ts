import { mkdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { expectedFrames } from "../pipeline/expected-frames.js";
import type { Progress } from "../pipeline/progress.js";
import { reenact } from "../pipeline/reenact.js";
import { segmentGrid, wholeBecause } from "../pipeline/segment-grid.js";
import { isPictureFormat } from "../streams/container-formats.js";
import { chooseSound } from "../streams/choose-sound.js";
import { resolveOutput, type OutputTarget } from "../streams/output-target.js";
import { PartFile, writeError } from "../streams/part-file.js";
import type { JoinableFormat } from "../streams/segment-encoder.js";
import { jobId, type BatchJob } from "./batch-job.js";
import type { Execution, Executor } from "./executor.js";
import { moveFiles } from "./move-files.js";
import type { JobResult, RunFolder } from "./run-folder.js";
import type { Storage } from "./storage.js";
import type { Studio } from "./studio.js";
import type { FileRef } from "./units.js";

/** What {@link runJob} works with. */
export interface JobContext {
  readonly folder: RunFolder;
  readonly executor: Executor;
  readonly storage: Storage;
  readonly studio: Studio;
  /** Seconds. */
  readonly segmentSeconds: number;
  /** What the run's keys in the storage begin with: with a `/` at its end where several runs share it. */
  readonly namespace: string;
  /** How workers get at a file: it may have to be put where they can see it. */
  readonly refer: (path: string, label: string) => Promise<FileRef>;
  readonly signal: AbortSignal;
  /** Frames so far, and in all where that is known; mean milliseconds in each stage likewise. */
  readonly onProgress: (frames: number, total: number | undefined, stages?: Progress["stages"]) => void;
}

/**
 * Does a job from its files to its output, as far as an earlier run left anything to do.
 * @throws {ReenactError} why it cannot be done; ABORTED
 */
export async function runJob(job: BatchJob, print: string, context: JobContext): Promise<JobResult> {
  const { options, id } = job, { folder, signal } = context;
  const startedAt = new Date().toISOString();
  await mkdir(dirname(options.output), { recursive: true }).catch((error: unknown) => { throw writeError(error, options.output); });
  const target = await resolveOutput(options.output, { format: options.format, overwrite: options.overwrite, inputs: [options.input, options.photo] });
  const { input: driver, end, frameRate } = options;
  const info = chooseSound(await context.studio.video(driver, driver, { whole: end === undefined, frameRate }), options.soundTrack);
  const total = expectedFrames(info, options);
  context.onProgress(0, total);
  const whole = wholeBecause(info, target);
  const finish = ({ summary, segments }: Execution, notes: readonly string[]): JobResult => ({
    id, fingerprint: print, state: "done", summary, segments, notes: [...notes, ...summary.notes], startedAt, finishedAt: new Date().toISOString(),
  });
  if (whole !== undefined) return finish(await runWhole(job, context, total), [`It was made in one go, since ${whole}: when it is stopped it begins anew.`]);

  const prefix = `${context.namespace}${id}/${print}`, partName = partNameOf(job, folder);
  const { input, photo, output, ...settings } = options;
  const spec = {
    prefix, format: formatOf(target), grid: segmentGrid(info, options, context.segmentSeconds), options: settings,
    input: await context.refer(input, input), photo: await context.refer(photo, photo),
  };
  const execution = await context.executor.execute({
    id, spec, priority: job.priority,
    target: {
      output, partName, overwrite: options.overwrite,
      beforeNaming: (summary) => folder.writeNaming({ fingerprint: print, bytes: summary.bytes ?? 0, result: finish({ summary, segments: [] }, []) }),
    },
  }, { signal, onFrames: (frames, stages) => context.onProgress(frames, total, stages) });
  return finish(execution, []);
}

/** The name of a job's output in the making: always the same, so that a later run finds what an earlier one left. */
export function partNameOf({ id }: BatchJob, folder: RunFolder): string {
  return `${id}-${jobId(folder.path).slice(0, 6)}`;
}

/** Removes what an earlier run left of a job's output in the making. */
export async function removeLeftovers(job: BatchJob, folder: RunFolder): Promise<void> {
  await rm(PartFile.beside(job.options.output, partNameOf(job, folder)).path, { force: true });
}

function formatOf(target: OutputTarget): JoinableFormat {
  if (target.format === "gif" || isPictureFormat(target.format)) throw new Error(`Expected a format that can be joined but received ${target.format}`);
  return target.format;
}

async function runWhole({ id, options, priority }: BatchJob, { folder, executor, signal, onProgress }: JobContext, total: number | undefined): Promise<Execution> {
  // Where a later run finds and removes what a killed one left.
  const making = join(folder.scratch, id);
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  const summary = await executor.whole(priority, signal, () => reenact(
    { ...options, output: join(making, basename(options.output)), overwrite: true }, { signal, onProgress: ({ frame, stages }) => onProgress(frame, total, stages) },
  ));
  await moveFiles(making, dirname(options.output), options.overwrite);
  const path = summary.path === making ? dirname(options.output) : options.output;
  return { summary: { ...summary, path }, segments: [{ index: 0, frames: summary.frames, seconds: summary.seconds, worker: `${hostname()}:${process.pid}`, tries: 1 }] };
}
