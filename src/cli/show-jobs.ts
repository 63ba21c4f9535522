import cliProgress from "cli-progress"; // CommonJS: Node finds no names in it
import type { BatchJob } from "../jobs/batch-job.js";
import type { BatchEvent } from "../jobs/run-batch.js";
import { roundStages, type ProgressStyle } from "./show-progress.js";

/** Shows how far the jobs of a batch are, on the standard error. */
export interface JobsDisplay {
  event(event: BatchEvent): void;
  /** A sentence for the user. */
  note(text: string): void;
  /** To be called once. */
  end(): void;
}

/** JSON lines of one job's progress come no more often than this, milliseconds. */
const EVERY = 1000;

/** A display of the given style for so many jobs. */
export function showJobs(style: ProgressStyle, jobs: number): JobsDisplay {
  if (style === "json") return jsonLines();
  return style === "bar" ? bars(jobs) : { event: () => {}, note: () => {}, end: () => {} };
}

function jsonLines(): JobsDisplay {
  const say = (value: object) => process.stderr.write(`${JSON.stringify(value)}\n`);
  const said = new Map<string, number>();
  return {
    event(event) {
      const { id, name } = event.job;
      if (event.kind === "progress") {
        if (performance.now() - (said.get(id) ?? -Infinity) < EVERY) return;
        said.set(id, performance.now());
        say({ job: name, state: "running", frames: event.frames, total: event.total, ...(event.stages && { stages: roundStages(event.stages) }) });
      } else if (event.kind === "ended") {
        const { state, error, summary } = event.result;
        say({ job: name, state, ...(error && { error }), ...(summary && { frames: summary.frames }) });
      } else say({ job: name, state: event.kind });
    },
    note: (text) => say({ note: text }),
    end: () => {},
  };
}

/** A bar for all jobs and one for each that is under way. */
function bars(jobs: number): JobsDisplay {
  const display = new cliProgress.MultiBar({ stream: process.stderr, hideCursor: true, clearOnComplete: true, fps: 8, format: "{bar} {value}/{total} {what}" });
  const all = display.create(jobs, 0, { what: "jobs" });
  const open = new Map<string, ReturnType<typeof display.create>>();
  const close = ({ id }: BatchJob) => {
    const bar = open.get(id);
    if (bar) display.remove(bar);
    open.delete(id);
    all.increment();
  };
  return {
    event(event) {
      const { job } = event;
      if (event.kind === "started") open.set(job.id, display.create(1, 0, { what: job.name }));
      else if (event.kind === "progress") {
        const bar = open.get(job.id);
        bar?.setTotal(Math.max(1, event.total ?? event.frames));
        bar?.update(event.frames);
      } else {
        close(job);
        if (event.kind === "ended" && event.result.error) display.log(`${job.name}: ${event.result.error.message}\n`);
      }
    },
    note: (text) => display.log(`note: ${text}\n`),
    end: () => display.stop(),
  };
}
