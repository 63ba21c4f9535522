import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { OptionsSchema } from "../pipeline/options.js";
import { formatNamed } from "../streams/container-formats.js";
import { jobId, type BatchJob } from "./batch-job.js";
import { expandPattern } from "./glob.js";
import { mistakesError, type Mistake } from "./mistakes.js";
import type { JobList, LocatedEntry } from "./read-jobs-file.js";
import { readTime } from "../pipeline/read-time.js";
import { fillTemplate, TEMPLATE_NAMES, unknownNames } from "./template.js";

const URL_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * The jobs that a list means: every driver of an entry onto every photo of it, in order.
 * @throws {ReenactError} JOBS_INVALID with every mistake: a pattern that nothing fits, a name that no template knows, two jobs with one
 *   output, an output that is read by some job, an end before its start
 */
export async function expandJobs(list: JobList): Promise<BatchJob[]> {
  const mistakes: Mistake[] = [];
  const jobs: BatchJob[] = [];
  for (const located of list.entries) {
    const [drivers, photos] = [await filesOf("driver", located, list, mistakes), await filesOf("photo", located, list, mistakes)];
    const template = located.entry.output;
    const wrong = [...unknownNames(template).map((name) => `Expected one of ${TEMPLATE_NAMES.map((known) => `{${known}}`).join(", ")} in the output but received {${name}}.`), ...formatMistakes(located), ...cutMistakes(located)];
    mistakes.push(...wrong.map((message) => ({ line: located.line, message })));
    if (wrong.length > 0) continue;
    for (const driver of drivers) for (const photo of photos) jobs.push(await makeJob(located, driver, photo, jobs.length + 1, list));
  }
  mistakes.push(...(await collisions(jobs)));
  if (mistakes.length > 0) throw mistakesError(list.source, mistakes);
  return jobs;
}

async function filesOf(key: "driver" | "photo", { entry, line }: LocatedEntry, { folder }: JobList, mistakes: Mistake[]): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of [entry[key]].flat()) {
    if (pattern === "-") mistakes.push({ line, message: `Expected a file as the ${key} but received the standard input: save it to a file first.` });
    const files = (await isUrl(pattern, folder)) ? [pattern] : await expandPattern(pattern, folder);
    if (files.length === 0) mistakes.push({ line, message: `Expected files for \`${pattern}\` but there are none in \`${folder}\`.` });
    for (const file of files) found.add(file);
  }
  return [...found];
}

function formatMistakes({ entry: { output, format } }: LocatedEntry): string[] {
  if (output === "-") return ["Expected a file as the output but received the standard output: name a file."];
  const named = format ?? extname(output).slice(1);
  return formatNamed(named) === undefined ? [`Expected mp4, mov, mkv, webm, gif, or a sequence such as frame-%05d.png as the output but received \`${output}\`.`] : [];
}

/** Times in seconds: a jobs file may have them as `0:20`. */
function secondsOf<T>(time: T): Exclude<T, string> | number {
  return (typeof time === "string" ? (readTime(time) ?? time) : time) as Exclude<T, string> | number;
}

function cutMistakes({ entry }: LocatedEntry): string[] {
  const start = secondsOf(entry.start) ?? 0, end = secondsOf(entry.end);
  return end !== undefined && end <= start ? [`Expected an \`end\` after the start but received ${end} s and a start at ${start} s: both count from the video's start.`] : [];
}

/** A name may hold a colon: a file that is there is no URL. */
async function isUrl(name: string, folder: string): Promise<boolean> {
  return URL_SCHEME.test(name) && !(await stat(resolve(folder, name)).then((found) => found.isFile(), () => false));
}

async function makeJob({ entry, line }: LocatedEntry, driver: string, photo: string, number: number, { folder }: JobList): Promise<BatchJob> {
  const name = fillTemplate(entry.output, { driver, photo, number });
  const output = resolve(folder, name), input = (await isUrl(driver, folder)) ? driver : resolve(folder, driver);
  const { priority = 0, ...given } = entry;
  const settings = { ...given, start: secondsOf(given.start), end: secondsOf(given.end), neutral: secondsOf(given.neutral) };
  const options = OptionsSchema.strip().parse({ ...settings, input, photo: resolve(folder, photo), output });
  return { id: jobId(output), number, name, line, priority, options: options as BatchJob["options"] };
}

/** Outputs that two jobs share, or that some job reads. */
async function collisions(jobs: readonly BatchJob[]): Promise<Mistake[]> {
  const inputs = new Map<string, string>();
  for (const { options } of jobs) for (const path of [options.input, options.photo]) inputs.set(await identityOf(path), path);
  const owners = new Map<string, BatchJob>(), mistakes: Mistake[] = [];
  for (const job of jobs) {
    const { output } = job.options, owner = owners.get(output);
    const read = inputs.get(await identityOf(output));
    if (owner) {
      const other = owner.line === undefined || owner.line === job.line ? "" : ` (line ${owner.line})`;
      mistakes.push({ line: job.line, message: `Expected an output of its own for every job but \`${job.name}\` is that of two${other}: put {driver}, {photo} or {number} into it.` });
    } else if (read !== undefined) mistakes.push({ line: job.line, message: `Expected an output that no job reads but \`${job.name}\` is also an input: choose another name.` });
    owners.set(output, owner ?? job);
  }
  return mistakes;
}

/** Tells files apart however they are named; by the name where there is none. */
async function identityOf(path: string): Promise<string> {
  return stat(path).then(({ dev, ino }) => `${dev}:${ino}`, () => path);
}
