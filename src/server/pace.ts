/**
 * Lets costly work of all sessions through one piece after the other, and after each rests for a multiple of the time it took: whatever
 * is asked for, that kind of work takes its share of the processor and no more. First come, first served.
 */
export class Pace {
  readonly #rest: number;
  #last: Promise<unknown> = Promise.resolve();

  /** @param share of the time that the work may take, above 0 and at most 1 */
  constructor(share: number) {
    this.#rest = 1 / share - 1;
  }

  /** Runs `work` when its turn has come, unless `signal` has been aborted by then: then the result is undefined. */
  run<T>(work: () => T | Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const result = this.#last.then(async () => {
      if (signal.aborted) return { took: 0, value: undefined };
      const started = performance.now();
      const value = await work();
      return { value, took: performance.now() - started };
    });
    this.#last = result.then(
      ({ took }) => new Promise((resolve) => setTimeout(resolve, Math.min(1000, this.#rest * took))),
      () => undefined, // told to its own caller; the next one's turn comes all the same
    );
    return result.then(({ value }) => value);
  }
}
