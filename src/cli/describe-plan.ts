import { extname } from "node:path";
import type { BatchRequest } from "../jobs/batch.js";
import { asReenactError } from "../as-reenact-error.js";
import { expandJobs } from "../jobs/expand-jobs.js";
import { decide, type Decision } from "../jobs/preflight.js";
import { RunFolder } from "../jobs/run-folder.js";
import { expectedFrames } from "../pipeline/expected-frames.js";
import { segmentGrid, wholeBecause } from "../pipeline/segment-grid.js";
import { formatNamed } from "../streams/container-formats.js";
import { openInput } from "../streams/media-input.js";
import { readPhoto } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";

interface PlannedRow {
  readonly name: string;
  readonly driver: string;
  readonly photo: string;
  readonly output: string;
  readonly action: Decision["action"];
  readonly frames?: number | undefined;
  readonly segments?: number;
  readonly problem?: string;
}

/** What a batch would do, as text or as JSON; nothing is written. @throws {ReenactError} as a batch does before it begins */
export async function describePlan(request: BatchRequest & { readonly folder: string }, json: boolean): Promise<string> {
  const rows: PlannedRow[] = [];
  for (const decision of await decide(await expandJobs(request.list), new RunFolder(request.folder), request)) rows.push(await look(decision, request.segmentSeconds));
  if (json) return `${JSON.stringify(rows)}\n`;
  const lines = rows.map(({ name, driver, photo, action, frames, segments, problem }) => {
    const size = problem ?? `${frames ?? "?"} frame${frames === 1 ? "" : "s"} in ${segments} segment${segments === 1 ? "" : "s"}`;
    return `${action !== "do" ? "–" : problem === undefined ? "+" : "✗"} ${name}: ${driver} onto ${photo}, ${action === "do" ? size : action}`;
  });
  const todo = rows.filter(({ action }) => action === "do"), broken = todo.filter(({ problem }) => problem !== undefined).length;
  return `${[...lines, `${todo.length} of ${rows.length} jobs to do${broken > 0 ? `, ${broken} of which would fail` : ""}; the run's folder is ${request.folder}`].join("\n")}\n`;
}

async function look({ job, action }: Decision, seconds: number): Promise<PlannedRow> {
  const { input: driver, photo, output, format } = job.options;
  const row = { name: job.name, driver, photo, output, action };
  try {
    await readPhoto(photo, { maxSide: job.options.maxSide });
    await using input = await openInput(driver, { frameRate: job.options.frameRate });
    const info = await probeVideo(input);
    const target: Parameters<typeof wholeBecause>[1] = { kind: "file", format: formatNamed(format ?? extname(output).slice(1)) ?? "gif" };
    return { ...row, frames: expectedFrames(info, job.options), segments: wholeBecause(info, target) === undefined ? segmentGrid(info, job.options, seconds).count : 1 };
  } catch (error) {
    return { ...row, problem: asReenactError(error).message };
  }
}
