/** Remembers what was opened and closes it in reverse order, all of it, even when one of them fails. */
export class Closers implements AsyncDisposable {
  readonly #closers: (() => unknown)[] = [];

  /** Remembers how `resource` is closed and hands it back. */
  add<T>(resource: T, close: (resource: T) => unknown): T {
    this.#closers.push(() => close(resource));
    return resource;
  }

  /**
   * The same for a resource that is still being opened; hands its promise back. Whether anybody waits for it or not, closing does, and
   * has nothing to do where it failed.
   */
  soon<T>(resource: Promise<T>, close: (resource: T) => unknown): Promise<T> {
    this.#closers.push(() => resource.then(close, () => undefined));
    resource.catch(() => undefined); // whoever waits for it hears of it
    return resource;
  }

  /** Closes everything once. @throws the first error, after all were tried */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
