import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PartFile, writeError } from "../../streams/part-file.js";
import { asReenactError } from "../../as-reenact-error.js";
import type { BatchJob } from "../batch-job.js";
import { readJsonFile, writeJsonFile } from "../json-file.js";
import type { BatchOutcome } from "../run-batch.js";
import type { JobResult, RunFolder } from "../run-folder.js";
import type { JobScores, Scorer } from "./job-scores.js";
import { reportHtml } from "./report-html.js";
import { sharesOf, type Share } from "./shares.js";
import { still } from "./stills.js";

/** What a report says of a job. */
export interface JobReport extends Pick<BatchJob, "id" | "name"> {
  readonly driver: string;
  readonly photo: string;
  readonly output: string;
  readonly state: JobResult["state"] | "left";
  readonly error?: JobResult["error"];
  readonly summary?: JobResult["summary"];
  readonly segments: JobResult["segments"];
  readonly shares: readonly Share[];
  /** Seconds from its beginning to its end in the run that finished it. */
  readonly seconds?: number;
  readonly notes: readonly string[];
  readonly scores?: JobScores;
  /** Data URLs. */
  readonly stills: { readonly driver?: string; readonly photo?: string; readonly output?: string };
}

/** What a batch came to. */
export interface BatchReport extends Pick<BatchOutcome, "done" | "failed" | "left"> {
  readonly startedAt: string;
  readonly writtenAt: string;
  /** Who did how much of all jobs. */
  readonly shares: readonly Share[];
  readonly jobs: readonly JobReport[];
}

/**
 * Writes `report.json` and `report.html` into a run's folder. Scores are measured once per output and kept.
 * @throws {ReenactError} DISK_FULL, OUTPUT_INVALID, ABORTED
 */
export async function writeReport(outcome: BatchOutcome, folder: RunFolder, scorer: Scorer | undefined, signal: AbortSignal): Promise<void> {
  const jobs: JobReport[] = [];
  for (const { job, result } of outcome.jobs) {
    signal.throwIfAborted();
    jobs.push(await describe(job, result, folder, scorer));
  }
  const { done, failed, left } = outcome;
  const report = { startedAt: (await folder.readRun())?.startedAt ?? "", writtenAt: new Date().toISOString(), done, failed, left, shares: sharesOf(jobs.flatMap(({ segments }) => segments)), jobs };
  const plain = jobs.map((job) => ({ ...job, stills: undefined, scores: job.scores && { ...job.scores, stills: undefined } }));
  await writeJsonFile(join(folder.path, "report.json"), { ...report, jobs: plain });
  const path = join(folder.path, "report.html"), part = PartFile.beside(path);
  try {
    await writeFile(part.path, reportHtml(report));
    await part.keepAs(path, true);
  } catch (error) {
    throw writeError(error, path);
  } finally {
    await part.discard();
  }
}

async function describe(job: BatchJob, result: JobResult | undefined, folder: RunFolder, scorer: Scorer | undefined): Promise<JobReport> {
  const { input: driver, photo, output, view } = job.options;
  const base = { id: job.id, name: job.name, driver, photo, output, segments: result?.segments ?? [], shares: sharesOf(result?.segments ?? []) };
  const picture = await still(photo).catch(() => undefined);
  const stills = picture === undefined ? {} : { photo: picture };
  if (!result) return { ...base, state: "left", notes: [], stills };
  const { state, error, summary, notes, startedAt, finishedAt } = result;
  const ended = { ...base, state, error, summary, seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 };
  if (state === "failed") return { ...ended, notes, stills };
  if (!scorer) return { ...ended, notes, stills };
  if (view === "side-by-side" || output.includes("%")) return { ...ended, notes: [...notes, "It was not scored: its frames do not show the output's face alone."], stills };
  try {
    const scores = await scoresOf(job, result, folder, scorer);
    return { ...ended, notes, scores, stills: { ...stills, ...scores.stills } };
  } catch (cause) {
    if (asReenactError(cause).code === "ABORTED") throw cause;
    return { ...ended, notes: [...notes, `It could not be scored: ${asReenactError(cause).message}`], stills };
  }
}

/** Measured, or remembered from an earlier report of the same output. */
async function scoresOf(job: BatchJob, { finishedAt }: JobResult, folder: RunFolder, scorer: Scorer): Promise<JobScores> {
  const path = join(folder.path, "jobs", `${job.id}.scores.json`);
  const known = (await readJsonFile(path)) as { finishedAt: string; scores: JobScores } | undefined;
  if (known?.finishedAt === finishedAt) return known.scores;
  await stat(job.options.output);
  const scores = await scorer.score(job);
  await writeJsonFile(path, { finishedAt, scores });
  return scores;
}
