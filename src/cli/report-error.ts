import { asReenactError } from "../as-reenact-error.js";

/** Says on the standard error what went wrong, in one sentence, and returns the exit code. REENACT_DEBUG=1 adds the stack. */
export function reportError(error: unknown): number {
  const known = asReenactError(error);
  process.stderr.write(`reenact: ${known.message}\n`);
  if (process.env.REENACT_DEBUG) console.error(error);
  return known.exitCode;
}
