import { stat } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import { resolveOutput } from "../streams/output-target.js";
import { fingerprint, type BatchJob } from "./batch-job.js";
import type { JobResult, RunFolder } from "./run-folder.js";

/** What becomes of a job in this run. */
export interface Decision {
  readonly job: BatchJob;
  readonly fingerprint: string;
  /** `kept`: an earlier run did it; `skipped`: not asked for, or its output is there and stays. */
  readonly action: "do" | "kept" | "skipped";
  /** Whether what has the output's name may go: it was allowed, or is what an earlier run made and nobody has touched since. */
  readonly replaces: boolean;
  /** How it ended in an earlier run. */
  readonly earlier: JobResult | undefined;
}

/** How {@link decide} decides. */
export interface DecisionOptions {
  readonly segmentSeconds: number;
  /**
   * What happens to outputs that are there: refused, unless an earlier run of this batch made them and nobody has touched them since; all
   * replaced; or none, and their jobs are left out.
   */
  readonly existing: "refuse" | "replace" | "skip";
  /** Only jobs that failed before. */
  readonly onlyFailed: boolean;
}

/**
 * Decides for every job what is left to do, before anything is begun.
 * @throws {ReenactError} OUTPUT_EXISTS naming every output that would be replaced unasked
 */
export async function decide(jobs: readonly BatchJob[], folder: RunFolder, options: DecisionOptions): Promise<Decision[]> {
  const decisions: Decision[] = [], inTheWay: string[] = [];
  for (const job of jobs) {
    const print = await fingerprint(job, options.segmentSeconds);
    const earlier = await earlierResult(job, print, folder);
    const own = options.existing === "refuse" && (await isUntouched(job, earlier));
    const base = { job, fingerprint: print, earlier, replaces: options.existing === "replace" || own };
    if (earlier?.state === "done" && earlier.fingerprint === print && (await isThere(job, earlier))) decisions.push({ ...base, action: "kept" });
    else if (options.onlyFailed && earlier?.state !== "failed") decisions.push({ ...base, action: "skipped" });
    else if (!base.replaces && (await exists(job))) {
      decisions.push({ ...base, action: "skipped" });
      if (options.existing === "refuse") inTheWay.push(job.name);
    } else decisions.push({ ...base, action: "do" });
  }
  if (inTheWay.length > 0) {
    const names = inTheWay.slice(0, 5).map((name) => `\`${name}\``).join(", "), more = inTheWay.length > 5 ? ` and ${inTheWay.length - 5} more` : "";
    throw new ReenactError("OUTPUT_EXISTS", `${names}${more} ${inTheWay.length === 1 ? "exists" : "exist"} already, or ${inTheWay.length === 1 ? "was" : "were"} changed since a run made ${inTheWay.length === 1 ? "it" : "them"}: allow replacing with -y, leave those jobs out with -n, or choose another output.`);
  }
  return decisions;
}

/** A run that ended between an output's naming and its result has written neither twice. */
async function earlierResult(job: BatchJob, print: string, folder: RunFolder): Promise<JobResult | undefined> {
  const named = await folder.namedResult(job.id, job.options.output, print);
  if (!named) return folder.readResult(job.id);
  await folder.writeResult(named);
  return named;
}

async function isThere({ options }: BatchJob, { summary }: JobResult): Promise<boolean> {
  const found = await stat(options.output).catch(() => undefined);
  if (found) return summary?.bytes === undefined || found.size === summary.bytes;
  // A sequence has no file of the output's own name.
  return options.output.includes("%") && (await exists({ options }));
}

/** Clocks of file servers may be a little ahead. */
const CLOCK_TOLERANCE = 2000;

/** Whether a job's output is as an earlier run left it: of the same size, and not written to after that run had ended. */
async function isUntouched({ options }: BatchJob, earlier: JobResult | undefined): Promise<boolean> {
  if (earlier?.state !== "done") return false;
  const found = await stat(options.output).catch(() => undefined);
  return found !== undefined && found.size === earlier.summary?.bytes && found.mtimeMs <= Date.parse(earlier.finishedAt) + CLOCK_TOLERANCE;
}

async function exists({ options }: Pick<BatchJob, "options">): Promise<boolean> {
  try {
    await resolveOutput(options.output, { format: options.format });
    return false;
  } catch (error) {
    return error instanceof ReenactError && error.code === "OUTPUT_EXISTS";
  }
}
