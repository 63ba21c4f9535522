import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import { ReenactError, type ErrorCode } from "../errors.js";
import type { Summary } from "../pipeline/progress.js";
import { writeError } from "../streams/part-file.js";
import { readJsonFile, writeJsonFile } from "./json-file.js";
import { lockState, type StateLock } from "./state-lock.js";

const VERSION = 1;

/** What a run's folder says of the run. */
export const RunRecord = z.object({
  version: z.literal(VERSION),
  startedAt: z.string(),
  /** Seconds. */
  segmentSeconds: z.number(),
  jobs: z.array(z.object({ id: z.string(), number: z.number(), name: z.string(), input: z.string(), photo: z.string(), output: z.string() })),
});

/** {@link RunRecord} as a value. */
export type RunRecord = z.infer<typeof RunRecord>;

/** How a job ended. */
export interface JobResult {
  readonly id: string;
  readonly fingerprint: string;
  readonly state: "done" | "failed";
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  readonly summary?: Summary;
  /** Who did which segment, in how many tries. */
  readonly segments: readonly { readonly index: number; readonly frames: number; readonly seconds: number; readonly worker: string; readonly tries: number }[];
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** A job whose output is complete and about to get its name. */
export interface NamingRecord {
  readonly fingerprint: string;
  readonly bytes: number;
  readonly result: JobResult;
}

/**
 * The folder of a run: what is to be done (`run.json`), how each job ended (`jobs/*.json`), finished segments (`work/`), and what is in
 * the making (`scratch/`). Every file in it appears at once and complete, so that a run can end at any moment and go on.
 */
export class RunFolder implements AsyncDisposable {
  readonly path: string;
  #lock: StateLock | undefined;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** For parts: those that are finished stay until their job is. */
  get work(): string { return join(this.path, "work"); }

  /** For files in the making. */
  get scratch(): string { return join(this.path, "scratch"); }

  /** Makes the folder and takes its lock; what an earlier process left unfinished goes. @throws {ReenactError} RUN_BUSY, OUTPUT_INVALID, DISK_FULL */
  async open(): Promise<void> {
    try {
      await mkdir(join(this.path, "jobs"), { recursive: true });
      this.#lock = await lockState(this.path);
      await this.clearScratch();
    } catch (error) {
      await this.close();
      throw writeError(error, this.path);
    }
  }

  /** Removes everything that is in the making. */
  async clearScratch(): Promise<void> {
    await rm(this.scratch, { recursive: true, force: true, maxRetries: 5 });
    await mkdir(this.scratch, { recursive: true });
    for (const folder of [this.path, join(this.path, "jobs")]) {
      for (const name of await readdir(folder)) if (/^\.reenact-.*\.part/.test(name)) await rm(join(folder, name), { force: true });
    }
  }

  /** Gives the lock back; can be called again. */
  async close(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What the folder says of its run; undefined when it is none. @throws {ReenactError} JOBS_INVALID for something else, or a run of another version */
  async readRun(): Promise<RunRecord | undefined> {
    const path = join(this.path, "run.json"), value = await readJsonFile(path);
    if (value === undefined && !(await stat(path).then(() => true, () => false))) return undefined;
    const parsed = RunRecord.safeParse(value);
    if (!parsed.success) throw new ReenactError("JOBS_INVALID", `Expected the folder of a run but \`${path}\` is none, or one of another version: name another folder.`);
    return parsed.data;
  }

  /** @throws {ReenactError} DISK_FULL, OUTPUT_INVALID */
  async writeRun(run: Omit<RunRecord, "version">): Promise<void> {
    await writeJsonFile(join(this.path, "run.json"), { version: VERSION, ...run });
  }

  /** How a job ended; undefined when it did not. */
  async readResult(id: string): Promise<JobResult | undefined> {
    return (await readJsonFile(this.#jobFile(id))) as JobResult | undefined;
  }

  /** @throws {ReenactError} DISK_FULL, OUTPUT_INVALID */
  async writeResult(result: JobResult): Promise<void> {
    await writeJsonFile(this.#jobFile(result.id), result);
    await rm(this.#namingFile(result.id), { force: true });
  }

  /** To be called between an output's completion and its naming: a run that ends right after knows that the file is its own. */
  async writeNaming(record: NamingRecord): Promise<void> {
    await writeJsonFile(this.#namingFile(record.result.id), record);
  }

  /** The result of a job whose output got its name just before the run ended; undefined when it did not. */
  async namedResult(id: string, output: string, fingerprint: string): Promise<JobResult | undefined> {
    const record = (await readJsonFile(this.#namingFile(id))) as NamingRecord | undefined;
    if (record?.fingerprint !== fingerprint) return undefined;
    const size = await stat(output).then((found) => found.size, () => undefined);
    return size === record.bytes ? record.result : undefined;
  }

  #jobFile(id: string): string {
    return join(this.path, "jobs", `${id}.json`);
  }

  #namingFile(id: string): string {
    return join(this.path, "jobs", `${id}.naming.json`);
  }
}
