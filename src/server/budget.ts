/** An amount that grows back with time: what costs may be begun while anything is left, and is charged when its cost is known. */
export class Budget {
  readonly #rate: number;
  readonly #most: number;
  #left: number;
  #at: number;

  /** @param rate grows back a second; @param most is never exceeded; @param now milliseconds, as given to the methods */
  constructor(rate: number, most: number, now: number) {
    this.#rate = rate;
    this.#most = most;
    this.#left = most;
    this.#at = now;
  }

  /** What is left at `now`: negative after something that cost more than was left. */
  left(now: number): number {
    this.#left = Math.min(this.#most, this.#left + (this.#rate * Math.max(0, now - this.#at)) / 1000);
    this.#at = now;
    return this.#left;
  }

  /** Seconds from `now` until anything is left; 0 when there is. */
  wait(now: number): number {
    return Math.max(0, -this.left(now) / this.#rate);
  }

  /** Whether it has grown back whole. */
  full(now: number): boolean {
    return this.left(now) >= this.#most;
  }

  charge(amount: number, now: number): void {
    this.#left = this.left(now) - amount;
  }
}
