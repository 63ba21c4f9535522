/** Remembers the last values that were asked for; older ones are forgotten. A promise that fails is forgotten at once. */
export class Recent<T> {
  readonly #most: number;
  readonly #values = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of `key`, made when it is not known. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const value = this.#values.get(key) ?? make();
    // Re-inserted, so that a Map's order is the order of use.
    this.#values.delete(key);
    this.#values.set(key, value);
    value.catch(() => { if (this.#values.get(key) === value) this.#values.delete(key); });
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
    return value;
  }
}
