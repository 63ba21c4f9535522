import { ReenactError } from "./errors.js";

/** Longer messages of others are cut off here, characters. */
const LONGEST = 300;

/**
 * Any error as one with a code: what is none of ours is INTERNAL, or ABORTED where `signal` has been aborted.
 * @param signal the one that the work was given, if any: an abort may have any reason
 */
export function asReenactError(error: unknown, signal?: AbortSignal): ReenactError {
  if (error instanceof ReenactError) return error;
  if (signal?.aborted || (error instanceof Error && error.name === "AbortError")) {
    const reason: unknown = signal?.aborted ? signal.reason : error;
    return reason instanceof ReenactError ? reason : new ReenactError("ABORTED", "Stopped before the end, as asked.", { cause: reason });
  }
  const message = (error instanceof Error ? error.message : String(error)).split("\n")[0].slice(0, LONGEST);
  return new ReenactError("INTERNAL", `Something unexpected happened (${message}): run again with REENACT_DEBUG=1 and report it.`, { cause: error });
}

/** Does what the library's callers ask for. @throws ReenactError whatever goes wrong, and nothing else */
export async function told<T>(signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asReenactError(error, signal);
  }
}
