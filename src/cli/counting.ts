import cliProgress from "cli-progress"; // CommonJS: Node finds no names in it
import { clock } from "./format-values.js";

/** How a count is shown: a bar on a terminal, a JSON object a line, or not at all. */
export type CountStyle = "bar" | "json" | "none";

/** Told how far the work is: so many things done in this stage of it, the last of them perhaps in part. */
type Update = (stage: string, done: number, total: number) => void;

interface CountDisplay {
  readonly update: Update;
  /** To be called once; `complete` when the work succeeded. */
  readonly end: (complete: boolean) => void;
}

/** JSON lines come no more often than this, milliseconds. */
const EVERY = 500;

/**
 * Does `work`, showing on the standard error how far it is; the display ends as the work does.
 *
 * @param unit what is counted, as `photos`
 */
export async function counting<R>(style: CountStyle, unit: string, work: (update: Update) => Promise<R>): Promise<R> {
  const display = open(style, unit);
  try {
    const result = await work(display.update);
    display.end(true);
    return result;
  } catch (error) {
    display.end(false);
    throw error;
  }
}

function open(style: CountStyle, unit: string): CountDisplay {
  if (style === "none") return { update: () => {}, end: () => {} };
  const eta = etaByStage();
  return style === "bar" ? bar(unit, eta) : jsonLines(eta);
}

type Eta = (stage: string, done: number, total: number) => number | undefined;

/** Seconds left of a stage, by how long its things have taken so far. */
function etaByStage(): Eta {
  let current: string | undefined, from = { at: 0, done: 0 };
  return (stage, done, total) => {
    const at = performance.now();
    if (stage !== current) {
      current = stage;
      from = { at, done };
    }
    return done > from.done ? ((at - from.at) / (done - from.done)) * (total - done) / 1000 : undefined;
  };
}

function bar(unit: string, eta: Eta): CountDisplay {
  const display = new cliProgress.SingleBar({ stream: process.stderr, hideCursor: true, fps: 8, format: `{stage} {bar} {value}/{total} ${unit}{left}` });
  let current: string | undefined;
  const finish = () => { if (current !== undefined) display.stop(); };
  return {
    update(stage, done, total) {
      const left = eta(stage, done, total);
      const values = { stage, left: left === undefined ? "" : `  ETA ${clock(left)}` };
      if (stage !== current) {
        finish();
        current = stage;
        display.start(total, Math.floor(done), values);
      } else display.update(Math.floor(done), values);
    },
    end: finish,
  };
}

function jsonLines(eta: Eta): CountDisplay {
  const say = (value: object) => process.stderr.write(`${JSON.stringify(value)}\n`);
  let shown = -Infinity, last = {};
  return {
    update(stage, done, total) {
      const left = eta(stage, done, total);
      last = { stage, done: Math.round(100 * done) / 100, total, eta: left === undefined ? undefined : Math.round(left) };
      const now = performance.now();
      if (now - shown < EVERY) return;
      shown = now;
      say({ progress: "continue", ...last });
    },
    end: (complete) => { if (complete) say({ progress: "end", ...last }); },
  };
}
