import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isNode, isPair, isMap, LineCounter, parseDocument, type Document } from "yaml";
import type * as z from "zod";
import { ReenactError } from "../errors.js";
import { filePath, type FilePath } from "../file-path.js";
import { describeIssue } from "./describe-issue.js";
import { JobsFile, type JobEntry } from "./jobs-file.js";
import { mistakesError, type Mistake } from "./mistakes.js";

/** An entry with what the file says of all jobs, and where it stands. */
export interface LocatedEntry {
  readonly entry: JobEntry & { readonly output: string };
  readonly line: number | undefined;
}

/** A jobs file's entries, and the folder that their paths are relative to. */
export interface JobList {
  /** The file as it was named; undefined for a command line. */
  readonly source: string | undefined;
  readonly folder: string;
  readonly entries: readonly LocatedEntry[];
}

/**
 * Reads a jobs file: YAML, of which JSON is a part.
 * @throws {ReenactError} INPUT_NOT_FOUND; JOBS_INVALID with every mistake and its line
 */
export async function readJobsFile(place: FilePath): Promise<JobList> {
  const path = filePath(place, "path");
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new ReenactError("INPUT_NOT_FOUND", `Expected a jobs file but \`${path}\` cannot be read (${cause.code}): check its name.`, { cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: true });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    throw mistakesError(path, document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), message: `${message.split("\n")[0]}.` })));
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const parsed = JobsFile.safeParse(value);
  const lineOf = (at: readonly PropertyKey[]) => lineAt(offsetOf(document, at));
  if (!parsed.success) throw mistakesError(path, parsed.error.issues.flatMap((issue) => describe(issue, value, lineOf)));
  // Not what was parsed: defaults that it fills in would hide what the file says of all jobs.
  const { defaults, output, jobs } = value as JobsFile;
  const entries = jobs.map((entry, i) => ({ entry: { ...defaults, ...entry, output: entry.output ?? output }, line: lineOf(["jobs", i]) }));
  const nowhere = entries.filter(({ entry }) => entry.output === undefined);
  if (nowhere.length > 0) throw mistakesError(path, nowhere.map(({ line }) => ({ line, message: "Expected an `output` here, or one for all jobs." })));
  return { source: path, folder: dirname(resolve(path)), entries: entries as LocatedEntry[] };
}

/** Where a value stands: its key where it has one. The nearest thing around it when it is not there. */
function offsetOf(document: Document, at: readonly PropertyKey[]): number {
  for (let length = at.length; length > 0; length--) {
    const parent = document.getIn(at.slice(0, length - 1), true), key = at[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isPair(item) && String(item.key) === String(key)) : undefined;
    const node = pair?.key ?? document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function describe(issue: z.core.$ZodIssue, value: unknown, lineOf: (at: readonly PropertyKey[]) => number): Mistake[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ line: lineOf([...issue.path, key]), message: `Expected a known setting but received \`${key}\`: see --print-schema.` }));
  }
  const received = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
  return [{ line: lineOf(issue.path), message: describeIssue(issue, received) }];
}
