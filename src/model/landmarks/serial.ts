/** Runs tasks one after the other, in the order they were handed in. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `task` when every task before it has settled, and settles as it does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined); // told to its own caller; the next task runs all the same
    return result;
  }
}
