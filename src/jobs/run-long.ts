import { rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { told } from "../as-reenact-error.js";
import { ReenactError } from "../errors.js";
import { StageClock } from "../operators/stage-clock.js";
import { Closers } from "../pipeline/closers.js";
import { resolveOptions, type ReenactOptions, type ResolvedOptions } from "../pipeline/options.js";
import type { Progress, Summary } from "../pipeline/progress.js";
import { ProgressMeter } from "../pipeline/progress-meter.js";
import { reenact, type ReenactHooks } from "../pipeline/reenact.js";
import { wholeBecause } from "../pipeline/segment-grid.js";
import { SEGMENT_SECONDS } from "../pipeline/segment-seconds.js";
import { chooseSound } from "../streams/choose-sound.js";
import { openInput } from "../streams/media-input.js";
import { resolveOutput } from "../streams/output-target.js";
import { probeVideo } from "../streams/probe.js";
import type { VideoInfo } from "../streams/video-info.js";
import { fingerprint, jobId, type BatchJob } from "./batch-job.js";
import { mayPass } from "./retry.js";
import { RunFolder } from "./run-folder.js";

/** A video of more than this is made in segments, seconds: less is soon made anew. */
const LONG = 60;
/** How often a segment is tried again. */
const RETRIES = 2;

/**
 * {@link reenact} that makes a long video in segments: when it is stopped, also by a loss of power, the same call goes on where it was.
 * What is finished lies in a hidden folder beside the output until then. Everything else is done in one go.
 *
 * @throws ReenactError as {@link reenact}; RUN_BUSY when another process makes the same output
 */
export function reenactResumable(given: ReenactOptions, hooks: ReenactHooks = {}, segmentSeconds = SEGMENT_SECONDS, long = LONG): Promise<Summary> {
  return told(hooks.signal, () => resume(given, hooks, segmentSeconds, long));
}

async function resume(given: ReenactOptions, hooks: ReenactHooks, segmentSeconds: number, long: number): Promise<Summary> {
  const options = resolveOptions(given);
  const found = await longJob(options, long);
  if (!found) return reenact(given, hooks);
  const { job, shown } = found;
  const print = await fingerprint(job, segmentSeconds), folder = new RunFolder(stateFolder(options.output));
  const named = await folder.namedResult(job.id, job.options.output, print);
  if (named?.summary) {
    await rm(folder.path, { recursive: true, force: true });
    for (const note of named.summary.notes) hooks.onNote?.(note);
    return { ...named.summary, resumed: named.summary.frames };
  }
  await resolveOutput(options.output, { ...options, inputs: [job.options.input, job.options.photo] });
  return makeLong(job, print, folder, hooks, segmentSeconds, shown);
}

/** Where what is finished of an output lies. */
export function stateFolder(output: string): string {
  return join(dirname(resolve(output)), `.${basename(output)}.reenact`);
}

/** The job when it is worth being cut into segments and can be. */
async function longJob(options: ResolvedOptions, long: number): Promise<{ job: BatchJob; shown: number } | undefined> {
  const { input, photo, output, frameRate } = options;
  if (typeof photo !== "string" || !(await stat(input).then((found) => found.isFile(), () => false))) return undefined;
  await using opened = await openInput(input, { frameRate });
  const info = chooseSound(await probeVideo(opened, { whole: options.end === undefined }), options.soundTrack);
  const target = await resolveOutput(output, { ...options, overwrite: true });
  const shown = shownSeconds(info, options);
  if (shown <= long || wholeBecause(info, target) !== undefined) return undefined;
  const absolute = { ...options, input: resolve(input), photo: resolve(photo), output: resolve(output) };
  return { shown, job: { id: jobId(absolute.output), number: 1, name: output, line: undefined, priority: 0, options: absolute } };
}

/** Seconds between the ends of a cut. */
function shownSeconds({ duration = 0 }: VideoInfo, { start, end }: ResolvedOptions): number {
  return Math.min(end ?? Infinity, duration) - start;
}

async function makeLong(job: BatchJob, print: string, folder: RunFolder, hooks: ReenactHooks, segmentSeconds: number, shown: number): Promise<Summary> {
  const { signal = new AbortController().signal, onProgress, onNote } = hooks;
  const started = performance.now(), closers = new Closers();
  let keep = true;
  try {
    // Only now: short videos need none of it.
    const [{ openExecution }, { removeLeftovers, runJob }] = await Promise.all([import("./open-execution.js"), import("./run-job.js")]);
    await folder.open();
    closers.add(folder, (opened) => opened.close());
    await removeLeftovers(job, folder);
    const { workshop, executor, namespace, refer } = await openExecution({ slots: 1, retries: RETRIES }, folder);
    closers.add(executor, (opened) => opened.close());
    let meter: ProgressMeter | undefined, stages: Progress["stages"] = {};
    const { summary, notes, segments } = await runJob(job, print, {
      folder, executor, storage: workshop.storage, studio: workshop.studio, segmentSeconds, namespace, refer, signal,
      onProgress: (frames, total, known) => {
        stages = known ?? stages;
        meter ??= new ProgressMeter(total, new StageClock());
        if (frames > 0) onProgress?.({ ...meter.mark(frames, total === undefined ? 0 : (frames / total) * shown), stages });
      },
    });
    for (const note of notes) onNote?.(note);
    keep = false;
    const seconds = (performance.now() - started) / 1000;
    const resumed = segments.reduce((sum, { tries, frames }) => (tries === 0 ? sum + frames : sum), 0);
    return { ...summary!, ...(resumed > 0 && { resumed }), seconds, fps: (summary!.frames - resumed) / seconds };
  } catch (error) {
    keep = mayPass(error) || signal.aborted || (error instanceof ReenactError && error.code === "RUN_BUSY");
    if (signal.aborted) throw new ReenactError("ABORTED", `Stopped; what is finished lies in \`${folder.path}\`: the same command goes on.`, { cause: error });
    throw error;
  } finally {
    await closers.close();
    if (!keep) await rm(folder.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
