/** Keeps a bounded number of things out of a sequence whose length nobody knows, spread evenly over it. */
export class SpreadSample<T> {
  readonly #least: number;
  #every = 1;
  #kept: T[] = [];
  #seen = 0;

  /** @param least at least so many are kept of a sequence that is as long, and fewer than twice as many */
  constructor(least: number) {
    this.#least = least;
  }

  /** Takes the next thing into account; it is made only where it is kept. */
  offer(make: () => T): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#kept.push(make());
    if (this.#kept.length < 2 * this.#least) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  /** At most `count` of what is kept, spread evenly from the first to the last. */
  pick(count: number): T[] {
    const last = this.#kept.length - 1;
    if (last < count) return [...this.#kept];
    return Array.from({ length: count }, (_, i) => this.#kept[Math.round((i * last) / Math.max(1, count - 1))]);
  }
}
