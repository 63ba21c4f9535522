import { setTimeout as delay } from "node:timers/promises";

/** Lets so many things begin in any minute; the next one waits. */
export class Pace {
  readonly #perMinute: number;
  #begun: number[] = [];
  #last: Promise<void> = Promise.resolve();

  /** @param perMinute more than 0; Infinity for no limit */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Resolves when something may begin, in order of the calls. Rejects when `signal` aborts. */
  turn(signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#wait(signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#perMinute === Infinity) return;
    // Below one a minute the time between two counts.
    const span = Math.max(60_000, 60_000 / this.#perMinute), most = Math.max(1, Math.floor(this.#perMinute));
    this.#begun = this.#begun.filter((at) => Date.now() - at < span);
    if (this.#begun.length >= most) await delay(this.#begun[this.#begun.length - most] + span - Date.now(), undefined, { signal });
    this.#begun.push(Date.now());
  }
}
