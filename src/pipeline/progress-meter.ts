import type { StageClock } from "../operators/stage-clock.js";
import type { Progress } from "./progress.js";

/** The speed is that of the last seconds: a pause must show. */
const WINDOW = 3000;

/** Turns written frames into {@link Progress}. */
export class ProgressMeter {
  readonly #total: number | undefined;
  readonly #clock: StageClock;
  readonly #marks: { at: number; frame: number }[] = [];

  constructor(total: number | undefined, clock: StageClock) {
    this.#total = total;
    this.#clock = clock;
  }

  /** To be called for every frame written. `frame` counts from 1, `time` is its time in the video, seconds. */
  mark(frame: number, time: number): Progress {
    const at = performance.now();
    this.#marks.push({ at, frame });
    while (this.#marks.length > 2 && at - this.#marks[0].at > WINDOW) this.#marks.shift();
    const [first] = this.#marks;
    const fps = at > first.at ? (1000 * (frame - first.frame)) / (at - first.at) : 0;
    // A file may hold a frame more than it says.
    const total = this.#total === undefined ? undefined : Math.max(frame, this.#total);
    const eta = total !== undefined && fps > 0 ? (total - frame) / fps : undefined;
    return { frame, total, time, fps, eta, stages: this.#clock.perFrame() };
  }
}
