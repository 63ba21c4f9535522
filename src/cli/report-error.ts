import { ZodError } from "zod";
import { ReenactError } from "../errors.js";

/** Says on the standard error what went wrong, in one sentence, and returns the exit code. REENACT_DEBUG=1 adds the stack. */
export function reportError(error: unknown): number {
  const known = asReenactError(error);
  process.stderr.write(`reenact: ${known.message}\n`);
  if (process.env.REENACT_DEBUG) console.error(error);
  return known.exitCode;
}

/** Any error as one with a code: an abort, options that do not fit, or, failing that, an internal one. */
export function asReenactError(error: unknown): ReenactError {
  if (error instanceof ReenactError) return error;
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return new ReenactError("USAGE", `Expected a valid \`${issue.path.join(".")}\`: ${issue.message}.`, { cause: error });
  }
  if (error instanceof Error && error.name === "AbortError") return new ReenactError("ABORTED", "Stopped; nothing was left behind.", { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new ReenactError("INTERNAL", `Something unexpected happened (${message}): run again with REENACT_DEBUG=1 and report it.`, { cause: error });
}

