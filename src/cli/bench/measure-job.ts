import { once } from "node:events";
import { ReenactError } from "../../errors.js";
import type { ReenactOptions } from "../../pipeline/options.js";
import type { Progress, Summary } from "../../pipeline/progress.js";
import { forkModule } from "../../streams/fork-module.js";
import type { JobMessage } from "./job-messages.js";
import { MemoryMeter, type PeakMemory } from "./memory-meter.js";

/** What a job cost. */
export interface JobCost {
  readonly frames: number;
  /** Seconds from the start of its process to its end. */
  readonly wallSeconds: number;
  /** Seconds until the first frame was written: Node, models, the photo. */
  readonly startSeconds: number;
  /** Frames divided by `wallSeconds`. */
  readonly fps: number;
  /** Frames a second after the first ones were written. */
  readonly fpsRunning: number;
  /** Undefined where memory cannot be measured. */
  readonly memory: PeakMemory | undefined;
  /** Processor time of the job and its ffmpeg processes, seconds; undefined where the system does not tell. */
  readonly cpuSeconds: number | undefined;
  readonly summary: Summary;
}

/** How a measured job is watched and ended. */
export interface JobHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onNote: (note: string) => void;
}

/**
 * Does a job in a process of its own and measures it.
 *
 * @param inSegments whether it is made in segments, as `reenact run` makes long videos, or in one go
 * @throws ReenactError what the job threw; INTERNAL when its process ended without a word
 */
export async function measureJob(options: ReenactOptions, inSegments: boolean, { signal, onProgress, onNote }: JobHooks): Promise<JobCost> {
  if (signal.aborted) throw new ReenactError("ABORTED", "Stopped; nothing was left behind.");
  const started = performance.now();
  const job = forkModule(import.meta.url, "./job", [JSON.stringify(options), ...(inSegments ? ["segments"] : [])], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const stop = () => job.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  const meter = job.pid === undefined ? undefined : new MemoryMeter(job.pid);

  let first: { at: number; frame: number } | undefined, doneAt = 0;
  let summary: Summary | undefined, cpuSeconds: number | undefined, failure: ReenactError | undefined;
  job.on("message", (message: JobMessage) => {
    if (message.kind === "progress") {
      first ??= { at: performance.now(), frame: message.progress.frame };
      onProgress(message.progress);
    } else if (message.kind === "note") onNote(message.note);
    else if (message.kind === "failed") failure = new ReenactError(message.code, message.message);
    else {
      ({ summary, cpuSeconds } = message);
      doneAt = performance.now();
    }
  });
  let code: unknown;
  try {
    [code] = await once(job, "close") as [unknown];
  } finally {
    signal.removeEventListener("abort", stop);
  }
  const wallSeconds = (performance.now() - started) / 1000;
  const memory = await meter?.stop();
  if (failure) throw failure;
  if (!summary || !first) throw new ReenactError("INTERNAL", `Expected the measured job to finish but its process ended with ${String(code)}; try reenact run with the same files.`);
  const { frames } = summary;
  const running = (doneAt - first.at) / 1000;
  return {
    frames, wallSeconds, cpuSeconds, memory, summary,
    startSeconds: (first.at - started) / 1000,
    fps: frames / wallSeconds,
    fpsRunning: running > 0 ? (frames - first.frame) / running : 0,
  };
}
