import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../errors.js";
import { filePath, type FilePath } from "../file-path.js";
import { isAlive, ownIdentity } from "../process-identity.js";
import { RunFolder, type JobResult, type RunRecord } from "./run-folder.js";
import { parseHolder } from "./state-lock.js";

/** How one job of a run stands. */
export interface JobStatus {
  readonly job: RunRecord["jobs"][number];
  /** `open`: it has finished segments but no output yet. */
  readonly state: JobResult["state"] | "open" | "waiting";
  /** Finished segments of a job that is open. */
  readonly segments: number;
  readonly result: JobResult | undefined;
}

/** How a run stands, finished or not. */
export interface RunStatus {
  readonly startedAt: string;
  /** Whether a process works on it just now, as far as this machine can tell. */
  readonly running: boolean;
  readonly jobs: readonly JobStatus[];
}

/** Looks at a run's folder without touching it. @throws {ReenactError} INPUT_NOT_FOUND, JOBS_INVALID */
export async function runStatus(place: FilePath): Promise<RunStatus> {
  const path = filePath(place, "folder");
  const folder = new RunFolder(path), run = await folder.readRun();
  if (!run) throw new ReenactError("INPUT_NOT_FOUND", `Expected the folder of a run but there is no run in \`${path}\`: name the folder that reenact batch told.`);
  const jobs = await Promise.all(run.jobs.map(async (job): Promise<JobStatus> => {
    const [result, segments] = [await folder.readResult(job.id), await finishedSegments(join(folder.work, job.id))];
    return { job, result, segments, state: result?.state ?? (segments > 0 ? "open" : "waiting") };
  }));
  return { startedAt: run.startedAt, running: await isRunning(path), jobs };
}

async function finishedSegments(folder: string): Promise<number> {
  const prints = await readdir(folder).catch(() => []);
  const counts = await Promise.all(prints.map(async (print) => (await readdir(join(folder, print, "segments")).catch(() => [])).filter((name) => name.endsWith(".json")).length));
  return Math.max(0, ...counts);
}

async function isRunning(path: string): Promise<boolean> {
  const text = await readFile(join(path, "lock"), "utf8").catch(() => undefined);
  const holder = text === undefined ? undefined : parseHolder(text);
  if (!holder) return false;
  return holder.host !== ownIdentity().host || isAlive(holder);
}
