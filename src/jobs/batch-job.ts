import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { weightsFolder } from "../model/weights/load-weights.js";
import { WEIGHTS_CONFIG } from "../model/weights/write-weights.js";
import type { ResolvedOptions } from "../pipeline/options.js";

/** One video onto one photo, as a part of a batch. */
export interface BatchJob {
  /** The same whenever the same output is asked for. */
  readonly id: string;
  /** Counts the jobs, from 1. */
  readonly number: number;
  /** For people: the output as they named it. */
  readonly name: string;
  /** Where it stands in the jobs file. */
  readonly line: number | undefined;
  /** Paths are absolute, apart from URLs. */
  readonly options: ResolvedOptions & { readonly photo: string };
  /** Higher ones are begun first. */
  readonly priority: number;
}

/** The id of the job with this output (an absolute path). */
export function jobId(output: string): string {
  return hash(output).slice(0, 12);
}

/**
 * Changes when anything does that a job's pictures depend on: its files (by size and time of change), its settings, the network's weights,
 * the length of segments. What was made under another fingerprint is of no use.
 */
export async function fingerprint({ options }: BatchJob, segmentSeconds: number): Promise<string> {
  const settings = { ...options, output: extname(options.output), overwrite: undefined, cache: undefined };
  const files = await Promise.all([options.input, options.photo].map((path) => stat(path).then(({ size, mtimeMs }) => [size, mtimeMs], () => "none")));
  // It names the weights by their own sum.
  const weights = await readFile(join(weightsFolder(options.weights), WEIGHTS_CONFIG), "utf8").catch(() => "none");
  return hash(JSON.stringify([settings, files, weights, segmentSeconds])).slice(0, 12);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
