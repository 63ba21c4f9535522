/** Sentences for the user, each told once, as they become known. */
export class Notes {
  readonly #told = new Set<string>();

  constructor(private readonly onNote: ((note: string) => void) | undefined) {}

  /** Tells those that have not been told yet. */
  tell(...notes: readonly string[]): void {
    for (const note of notes) {
      if (this.#told.has(note)) continue;
      this.#told.add(note);
      this.onNote?.(note);
    }
  }

  /** All that were told, in order. */
  get all(): string[] {
    return [...this.#told];
  }
}
