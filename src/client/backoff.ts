/** Waits before attempts to connect again: they double from `first` to `most` milliseconds, each shortened by chance by up to a half. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  readonly #random: () => number;
  #attempts = 0;

  /** @param random 0…1: chance keeps clients that were lost together from coming back together */
  constructor(first = 250, most = 2000, random: () => number = Math.random) {
    this.#first = first;
    this.#most = most;
    this.#random = random;
  }

  /** How often {@link next} was asked since the last {@link reset}. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const whole = Math.min(this.#most, this.#first * 2 ** this.#attempts++);
    return whole * (1 - this.#random() / 2);
  }

  /** The connection stands: the next loss starts from `first`. */
  reset(): void {
    this.#attempts = 0;
  }
}
