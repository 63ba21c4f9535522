import { join, parse, resolve } from "node:path";
import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import type { BatchRequest } from "../../jobs/batch.js";
import type { JobEntry } from "../../jobs/jobs-file.js";
import type { BatchMetrics } from "../../jobs/metrics/batch-metrics.js";
import type { MetricsServer } from "../../jobs/metrics/serve-metrics.js";
import type { JobList } from "../../jobs/read-jobs-file.js";
import type { BatchEvent } from "../../jobs/run-batch.js";
import { SEGMENT_SECONDS } from "../../pipeline/segment-seconds.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, parsePositiveTime } from "../parse-values.js";
import type { ProgressStyle } from "../show-progress.js";
import { addRenderOptions, type RenderFlags } from "./render-options.js";

interface BatchFlags extends RenderFlags {
  drivers?: string[];
  photos?: string[];
  o?: string;
  dir?: string;
  jobs: number;
  retry: number;
  segment: number;
  onError: "continue" | "halt";
  only?: "failed";
  y?: boolean;
  n?: boolean;
  scores: boolean;
  queue?: string;
  storage?: string;
  metricsPort?: number;
  metricsHost: string;
  dryRun?: boolean;
  printSchema?: boolean;
  json?: boolean;
  progress?: ProgressStyle;
}

const HELP = `
A jobs file is YAML (or JSON); its paths are relative to it, and every setting
of reenact run has its place in it (--print-schema tells all):

  output: out/{driver}-{photo}.mp4   # also {number}, {driverFolder}, {photoFolder}
  defaults: { strength: 1.1 }
  jobs:
    - { driver: clips/*.mp4, photo: faces/*.jpg }       # every clip onto every face
    - { driver: talk.mov, photo: me.jpg, output: talk.webm, end: 20, priority: 5 }

Long videos are made in segments. Whatever ends a batch (Ctrl-C, a crash, a
loss of power), the same command goes on where it was. The run's folder holds
what is finished so far; reenact status tells how it stands.

Examples:
  reenact batch jobs.yaml
  reenact batch --drivers 'clips/*.mp4' --photos 'faces/*.jpg' -o 'out/{driver}-{photo}.mp4'
  reenact batch jobs.yaml --dry-run
  reenact batch jobs.yaml --only failed --retry 5
  reenact batch jobs.yaml --queue redis://10.0.0.5 --storage /mnt/share/reenact
  reenact batch --print-schema > jobs.schema.json`;

/** `reenact batch`: many videos onto many photos. */
export function batchCommand(): Command {
  const command = new Command("batch")
    .summary("reenact many videos onto many photos, and go on after a crash")
    .description("Do many jobs, from a jobs file or as every driver onto every photo. What is finished is never done twice.")
    .argument("[jobs-file]", "YAML or JSON")
    .option("--drivers <pattern...>", "videos, instead of a jobs file: paths or quoted patterns such as 'clips/*.mp4'")
    .option("--photos <pattern...>", "photos: every driver goes onto every photo")
    .option("-o <template>", "outputs, such as 'out/{driver}-{photo}.mp4'")
    .option("--dir <folder>", "the run's folder (default: NAME.batch beside the jobs file, or reenact-batch beside the outputs)")
    .option("--jobs <n>", "segments at once", integerBetween(1, 64), 1)
    .option("--retry <n>", "how often a segment is tried again", integerBetween(0, 100), 2)
    .addOption(new Option("--on-error <what>", "whether the rest goes on after a job failed").choices(["continue", "halt"]).default("continue"))
    .addOption(new Option("--only <which>", "only jobs that failed before").choices(["failed"]))
    .option("-y", "replace outputs that exist")
    .option("-n", "leave out jobs whose output exists")
    .option("--segment <time>", "length of a segment, seconds", parsePositiveTime, SEGMENT_SECONDS)
    .option("--queue <url>", "let reenact worker processes do the segments: redis://host:port")
    .option("--storage <where>", "what they share: a folder, or s3://bucket/prefix")
    .option("--metrics-port <port>", "serve /metrics for Prometheus here: the batch's jobs, and the queue's units", integerBetween(0, 65535))
    .option("--metrics-host <host>", "where /metrics is served", "127.0.0.1")
    .option("--no-scores", "leave identity and expression scores out of the report")
    .option("--dry-run", "say what would be done")
    .option("--print-schema", "print the JSON Schema of jobs files");
  return addRenderOptions(command)
    .addOption(new Option("--progress <style>", "on the standard error (default: bars on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print every job's result as one JSON object on the standard output")
    .addHelpText("after", HELP)
    .action((file: string | undefined, flags: BatchFlags) => batch(file, flags));
}

async function batch(file: string | undefined, flags: BatchFlags): Promise<void> {
  if (flags.printSchema) {
    const { jobsFileSchema } = await import("../../jobs/jobs-file.js");
    process.stdout.write(`${JSON.stringify(jobsFileSchema(), null, 2)}\n`);
    return;
  }
  if (flags.y && flags.n) throw new ReenactError("USAGE", "Expected either -y (replace) or -n (leave out) but received both: leave one out.");
  const list = await listOf(file, flags);
  if ((flags.storage === undefined) !== (flags.queue === undefined)) throw new ReenactError("USAGE", "Expected --queue and --storage together: workers need both, one process needs neither.");
  const folder = flags.dir ?? defaultFolder(list);
  const request: BatchRequest & { readonly folder: string } = {
    list, folder, slots: flags.jobs, retries: flags.retry, onError: flags.onError, segmentSeconds: flags.segment,
    queue: flags.queue === undefined ? undefined : { url: flags.queue, storage: flags.storage! },
    existing: flags.y ? "replace" : flags.n ? "skip" : "refuse", onlyFailed: flags.only === "failed", scores: flags.scores,
  };
  if (flags.dryRun) {
    const { describePlan } = await import("../describe-plan.js");
    process.stdout.write(await describePlan(request, flags.json ?? false));
    return;
  }
  // Only now: help and mistakes in the command line need no models.
  const [{ batchFailure, reenactBatch }, { expandJobs }, { showJobs }, { describeOutcome }] = await Promise.all([
    import("../../jobs/batch.js"), import("../../jobs/expand-jobs.js"), import("../show-jobs.js"), import("../describe-batch.js"),
  ]);
  const jobs = (await expandJobs(list)).length, figures = await openFigures(flags, jobs);
  const display = showJobs(flags.progress ?? (process.stderr.isTTY ? "bar" : "json"), jobs);
  if (figures) display.note(`Figures for Prometheus are at ${figures.url}.`);
  const onEvent = (event: BatchEvent) => {
    display.event(event);
    figures?.metrics.event(event);
  };
  let outcome;
  try {
    outcome = await interruptible((signal) => reenactBatch(request, { signal, onEvent, onNote: (note) => display.note(note), registry: figures?.metrics.registry }));
  } finally {
    display.end();
    await figures?.close();
  }
  process.stdout.write(flags.json ? `${JSON.stringify({ ...outcome, jobs: outcome.jobs.map(({ job, result }) => ({ name: job.name, ...result })) })}\n` : describeOutcome(outcome, request.folder));
  const failure = batchFailure(outcome);
  if (failure) throw failure;
}

/** Undefined unless they are asked for. @throws {ReenactError} ADDRESS_UNAVAILABLE */
async function openFigures({ metricsPort, metricsHost }: BatchFlags, jobs: number): Promise<(MetricsServer & { metrics: BatchMetrics }) | undefined> {
  if (metricsPort === undefined) return undefined;
  const [{ BatchMetrics }, { serveMetrics }] = await Promise.all([import("../../jobs/metrics/batch-metrics.js"), import("../../jobs/metrics/serve-metrics.js")]);
  const metrics = new BatchMetrics(jobs);
  return { ...(await serveMetrics(metrics.registry, metricsPort, metricsHost)), metrics };
}

async function listOf(file: string | undefined, flags: BatchFlags): Promise<JobList> {
  const { drivers, photos, o: output } = flags;
  if (file !== undefined) {
    if (drivers || photos || output !== undefined) throw new ReenactError("USAGE", "Expected either a jobs file or --drivers, --photos and -o but received both: leave one out.");
    return (await import("../../jobs/read-jobs-file.js")).readJobsFile(file);
  }
  if (!drivers || !photos || output === undefined) throw new ReenactError("USAGE", "Expected a jobs file, or --drivers, --photos and -o together: see --help.");
  const { settingsOf } = await import("./render-options.js");
  const entry: JobEntry & { output: string } = { ...settingsOf(flags), driver: drivers, photo: photos, output };
  return { source: undefined, folder: process.cwd(), entries: [{ entry, line: undefined }] };
}

/** Beside the jobs file, or in the part of the outputs' path that is the same for all. */
function defaultFolder({ source, entries }: JobList): string {
  if (source !== undefined) {
    const { dir, name } = parse(resolve(source));
    return join(dir, `${name}.batch`);
  }
  const parts = entries[0].entry.output.split("/").slice(0, -1);
  const fixed = parts.slice(0, parts.findIndex((part) => part.includes("{")) >>> 0);
  return resolve(fixed.join("/") || (entries[0].entry.output.startsWith("/") ? "/" : "."), "reenact-batch");
}
