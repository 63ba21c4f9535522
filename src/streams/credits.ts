import { ReenactError } from "../errors.js";
import { throwIfAborted, abortError, onAbort } from "./abort.js";

/**
 * How many frames may still enter a pipeline. RxJS has no back-pressure: a source takes a credit before each frame, and whatever
 * comes at the end gives it back, so that there are never more frames on the way than credits were there at the start.
 */
export class Credits {
  private readonly waiting: (() => void)[] = [];

  /** @param available frames that may be on the way at once, at least 1. */
  constructor(private available: number) {
    if (!Number.isInteger(available) || available < 1) throw new ReenactError("USAGE", `Expected a whole number of at least 1 for \`available\` but received ${available}.`);
  }

  /** Resolves when a credit was taken, first come, first served. @throws {ReenactError} ABORTED; then none was taken. */
  async take(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.available > 0) {
      this.available--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        removeAbort();
        resolve();
      };
      const removeAbort = onAbort(signal, () => {
        this.waiting.splice(this.waiting.indexOf(settle), 1);
        reject(signal === undefined ? new Error("aborted") : abortError(signal));
      });
      this.waiting.push(settle);
    });
  }

  /** Gives `count` credits back. */
  give(count = 1): void {
    for (let i = 0; i < count; i++) {
      const next = this.waiting.shift();
      if (next === undefined) this.available++;
      else next();
    }
  }
}
