import { ReenactError } from "../errors.js";

/** Any error as one with a code: what is none of ours is INTERNAL. */
export function asKnown(error: unknown): ReenactError {
  if (error instanceof ReenactError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && error.name === "AbortError" ? "ABORTED" : "INTERNAL";
  return new ReenactError(code, `Something unexpected happened (${message.split("\n")[0]}): run again, and with REENACT_DEBUG=1 if it happens again.`, { cause: error });
}
