import { byteCount, stageTimes } from "../format-values.js";
import type { JobCost } from "./measure-job.js";

/** A finished measurement: plain values, as `--json` prints them. */
export interface BenchReport {
  readonly machine: {
    readonly cores: number;
    readonly cpu: string;
    /** Bytes. */
    readonly memory: number;
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    /** Load average over the last minute when the measurement began: what else is running slows it. */
    readonly load: number;
  };
  readonly driver: string;
  readonly photo: string;
  /** Pixels a side; frames a second. */
  readonly size: number;
  readonly frameRate: number;
  readonly batch: number;
  readonly runs: readonly BenchRun[];
}

/** What a length, in seconds, cost in one go or in segments. */
export interface BenchRun extends JobCost {
  readonly seconds: number;
  readonly inSegments: boolean;
}

/** A measurement for people. */
export function describeBench({ machine, driver, photo, size, frameRate, batch, runs }: BenchReport): string {
  const [{ summary }] = runs;
  const rows = runs.map((run) => ({ ...run, length: lengthOf(run) })).map(({ length, frames, wallSeconds, cpuSeconds, startSeconds, fps, fpsRunning, memory }) => [
    length, String(frames), `${wallSeconds.toFixed(1)} s`, fps.toFixed(1), fpsRunning.toFixed(1), `${startSeconds.toFixed(1)} s`, cpuSeconds === undefined ? "?" : `${cpuSeconds.toFixed(1)} s`,
    memory ? `${byteCount(memory.together)} (node ${byteCount(memory.node)}, ffmpeg ${byteCount(memory.children)})` : "not measured",
  ]);
  return [
    `machine   ${machine.cores} cores (${machine.cpu}), ${byteCount(machine.memory)}, Node ${machine.node}, ${machine.platform} ${machine.arch}, load ${machine.load.toFixed(1)}`,
    `driver    ${driver}, repeated, ${size}×${size} at ${frameRate} frames/s with sound`,
    `photo     ${photo}, ${summary.width}×${summary.height}`,
    `engine    ${summary.engine}, landmarks ${summary.landmarks}, batch ${batch}`,
    "",
    ...table([["length", "frames", "wall", "fps", "fps running", "start-up", "processors", "peak memory"], ...rows]),
    "",
    ...runs.map((run) => `ms a frame (${lengthOf(run)}): ${stageTimes(run.summary.stages)}`),
    ...runs.flatMap((run) => overhead(run, runs.find(({ seconds, inSegments }) => seconds === run.seconds && !inSegments))),
    "fps counts everything from the start of the process to its end; fps running leaves the start-up out. Stages overlap.",
  ].join("\n");
}

function lengthOf({ seconds, inSegments }: BenchRun): string {
  return `${seconds} s${inSegments ? ", segments" : ""}`;
}

/** What segments cost beside the same length in one go. */
function overhead(run: BenchRun, whole: BenchRun | undefined): string[] {
  if (!run.inSegments || !whole) return [];
  const more = (a: number, b: number) => `${a >= b ? "+" : "−"}${(100 * Math.abs(a / b - 1)).toFixed(1)} %`;
  const processors = run.cpuSeconds && whole.cpuSeconds ? `, ${more(run.cpuSeconds, whole.cpuSeconds)} of processor time` : "";
  return [`segments (${run.seconds} s): ${more(run.wallSeconds, whole.wallSeconds)} of time on the wall${processors}`];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const last = rows[0].length - 1;
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === last ? cell : cell.padStart(widths[column]))).join("  "));
}
