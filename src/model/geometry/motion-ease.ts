import { ActivityEase } from "./missing.js";
import { smoothstep } from "./kernels.js";

/** Seconds over which what broke off is left behind. */
const BLEND = 0.4;
/** A loss of this long has been eased to rest altogether, seconds: `ActivityEase` takes that long, its grace included. */
const FORGOTTEN = 0.5;

/** How {@link MotionEase} knows a cut. */
export interface MotionEaseOptions {
  /** The first `jumping` values count; a change of more than `jump` of their unit … */
  readonly jumping: number;
  readonly jump: number;
  /** … and faster than this, in units a second, is no motion but another scene. */
  readonly speed: number;
}

/** Something that broke off: what was shown last less what came then. */
interface Break {
  readonly time: number;
  readonly offset: readonly number[];
}

/**
 * Lets values that count from rest go on without a jump when their source breaks off: while nothing is measured they ease to 0, and
 * after a loss or a cut they go over from what they were to what is new. It looks back no further than a second and a half.
 */
export class MotionEase {
  readonly #options: MotionEaseOptions;
  readonly #activity = new ActivityEase();
  #last: { time: number; values: readonly number[] } | undefined;
  #lost = false;
  #breaks: Break[] = [];

  constructor(options: MotionEaseOptions) {
    this.#options = options;
  }

  /**
   * The values to show.
   *
   * @param time seconds
   * @param values null where nothing was measured
   * @param size how many values there are
   * @param anew what they count from has just changed
   * @param hold while nothing is measured they stay as they were, instead of easing to 0
   */
  next(time: number, values: readonly number[] | null, size: number, anew = false, hold = false): number[] {
    const eased = this.#activity.next(time, values !== null), activity = hold ? 1 : eased, last = this.#last;
    this.#breaks = this.#breaks.filter((gone) => time - gone.time < BLEND);
    if (values) {
      if (last && this.#lost && time - last.time > FORGOTTEN) this.#breaks = [];
      else if (last && (this.#lost || anew || this.#jumped(last, time, values))) this.#breaks.push({ time, offset: values.map((value, k) => last.values[k] - value) });
      this.#last = { time, values };
    }
    this.#lost = !values;
    const shown = this.#last?.values ?? [];
    return Array.from({ length: size }, (_, k) => activity * this.#breaks.reduce(
      (sum, gone) => sum + gone.offset[k] * (1 - smoothstep((time - gone.time) / BLEND)), shown[k] ?? 0));
  }

  #jumped(last: { time: number; values: readonly number[] }, time: number, values: readonly number[]): boolean {
    const { jumping, jump, speed } = this.#options;
    let square = 0;
    for (let k = 0; k < jumping; k++) square += (values[k] - last.values[k]) ** 2;
    return Math.sqrt(square) > Math.max(jump, speed * (time - last.time));
  }
}
