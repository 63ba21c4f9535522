import cliProgress from "cli-progress"; // CommonJS: Node finds no names in it
import type { Progress } from "../pipeline/progress.js";
import { clock, stageTimes } from "./format-values.js";

/** How progress is shown: a bar on a terminal, a JSON object a line, or not at all. */
export type ProgressStyle = "bar" | "json" | "none";

/** Shows a job's progress on the standard error; the standard output belongs to results. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** A sentence for the user. */
  note(text: string): void;
  /** To be called once, when nothing more comes; `last` when the job succeeded. */
  end(last?: Progress): void;
}

/** JSON lines come no more often than this, milliseconds. */
const EVERY = 500;

/** A display of the given style. */
export function showProgress(style: ProgressStyle): ProgressDisplay {
  if (style === "bar") return bar();
  if (style === "json") return jsonLines();
  return { update: () => {}, note: () => {}, end: () => {} };
}

function jsonLines(): ProgressDisplay {
  const say = (value: object) => process.stderr.write(`${JSON.stringify(value)}\n`);
  let shown = -Infinity;
  return {
    update(progress) {
      const now = performance.now();
      if (now - shown < EVERY) return;
      shown = now;
      say({ progress: "continue", ...rounded(progress) });
    },
    note: (text) => say({ note: text }),
    end: (last) => { if (last) say({ progress: "end", ...rounded(last) }); },
  };
}

function bar(): ProgressDisplay {
  const display = new cliProgress.SingleBar({
    stream: process.stderr, hideCursor: true, clearOnComplete: false, stopOnComplete: false, fps: 8, etaBuffer: 60,
    format: (options, params, { frame, fps, eta, stages, known }: BarValues) => {
      const done = known ? `${cliProgress.Format.BarFormat(params.progress, options)} ${frame}/${params.total}` : `${frame} frames`;
      const left = eta === undefined ? "" : `  ETA ${clock(eta)}`;
      return `${done}  ${fps.toFixed(1)} fps${left}  [ms: ${stageTimes(stages)}]`;
    },
  });
  let started = false;
  return {
    update({ frame, total, fps, eta, stages }) {
      const values: BarValues = { frame, fps, eta, stages, known: total !== undefined };
      if (!started) {
        started = true;
        display.start(total ?? 1, 0, values);
      }
      if (total !== undefined) display.setTotal(total);
      display.update(Math.min(frame, total ?? 0), values);
    },
    note: (text) => process.stderr.write(`${started ? "\n" : ""}note: ${text}\n`),
    end() {
      if (started) display.stop();
      started = false;
    },
  };
}

interface BarValues {
  readonly frame: number;
  readonly fps: number;
  readonly eta: number | undefined;
  readonly stages: Progress["stages"];
  readonly known: boolean;
}

const round = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * 100) / 100);

/** Milliseconds by stage, to hundredths. */
export function roundStages(stages: Progress["stages"]): Progress["stages"] {
  return Object.fromEntries(Object.entries(stages).map(([stage, ms]) => [stage, round(ms)]));
}

function rounded(progress: Progress): Progress {
  const stages = roundStages(progress.stages);
  return { ...progress, time: round(progress.time)!, fps: round(progress.fps)!, eta: round(progress.eta), stages };
}
