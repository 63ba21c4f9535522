import { setMaxListeners } from "node:events";
import { abortError, onAbort, throwIfAborted } from "../streams/abort.js";

interface Waiting {
  readonly priority: number;
  start(): void;
}

/** A number of places where work is done at once. Who waits is served by priority, then in order. */
export class Slots {
  readonly count: number;
  #free: number;
  /** Works that go on without a place. */
  #leaving = 0;
  readonly #waiting: Waiting[] = [];

  /** @param count at least 1 */
  constructor(count: number) {
    this.count = this.#free = count;
  }

  /**
   * Does `work` when a place is free. It has the place until it is done, or calls `leave` while no more works than there are places go
   * on without one.
   * @throws {ReenactError} ABORTED while it waits, and whatever `work` throws
   */
  async run<T>(priority: number, signal: AbortSignal, work: (leave: () => void) => Promise<T>): Promise<T> {
    await this.#enter(priority, signal);
    let left = false;
    const leave = () => {
      if (left || this.#leaving === this.count) return;
      left = true;
      this.#leaving++;
      this.#vacate();
    };
    try {
      return await work(leave);
    } finally {
      if (left) this.#leaving--;
      else this.#vacate();
    }
  }

  #vacate(): void {
    const next = this.#waiting.shift();
    if (next) next.start();
    else this.#free++;
  }

  async #enter(priority: number, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    // Any number may wait for one signal; Node takes more than ten for a leak.
    setMaxListeners(0, signal);
    await new Promise<void>((resolve, reject) => {
      const waiting = { priority, start: () => { forget(); resolve(); } };
      const forget = onAbort(signal, () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(abortError(signal));
      });
      const before = this.#waiting.findIndex((other) => other.priority < priority);
      this.#waiting.splice(before < 0 ? this.#waiting.length : before, 0, waiting);
    });
  }
}
