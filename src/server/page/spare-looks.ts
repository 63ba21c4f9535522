import type { FiguresNow } from "../../client/index.js";

/** Of the camera's frames, the share that is shown below which page and server are behind, and from which on they keep up. */
const BEHIND = 0.85, KEEPS_UP = 0.95;
/** Milliseconds for which they are behind before anything is spared; and keep up before it is done without again, twice as many each time. */
const AFTER = 3000, TRY_AGAIN = 10_000, MOST = 320_000;

/**
 * Whether the face is looked for at every second picture only: where page and server cannot do all that the camera gives, and the looking is a
 * good part of that. Times are milliseconds.
 */
export class SpareLooks {
  #on = false;
  #wait = TRY_AGAIN;
  /** Since when it has been so that it should change. */
  #since: number | undefined;

  /** Whether it is so now. @param costly whether looking less would help */
  next({ fpsIn, fpsOut }: Pick<FiguresNow, "fpsIn" | "fpsOut">, costly: boolean, now: number): boolean {
    const change = this.#on ? fpsOut >= KEEPS_UP * fpsIn : costly && fpsOut > 0 && fpsOut < BEHIND * fpsIn;
    if (!change) this.#since = undefined;
    else if (now - (this.#since ??= now) >= (this.#on ? this.#wait : AFTER)) {
      if (this.#on) this.#wait = Math.min(MOST, 2 * this.#wait);
      this.#on = !this.#on;
      this.#since = undefined;
    }
    return this.#on;
  }
}
