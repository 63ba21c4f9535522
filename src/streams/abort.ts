import { asReenactError } from "../as-reenact-error.js";
import type { ReenactError } from "../errors.js";

/** What an aborted operation throws: the signal's own reason if it is a {@link ReenactError}, else ABORTED with that reason as cause. */
export function abortError(signal: AbortSignal): ReenactError {
  return asReenactError(signal.reason, signal);
}

/** @throws {ReenactError} ABORTED, once `signal` is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** What `work` comes to, or a rejection as soon as `signal` aborts: for what cannot be ended and leaves nothing open. */
export function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const off = onAbort(signal, () => reject(abortError(signal!)));
    work.then(resolve, reject).finally(off);
  });
}

/**
 * Calls `listener` once when `signal` aborts, at once if it already did.
 * Returns the function that takes the listener off again; calling it twice does nothing.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
