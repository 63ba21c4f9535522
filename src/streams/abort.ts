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
