import type { ErrorCode } from "../../errors.js";
import { asReenactError } from "../../as-reenact-error.js";

/** One thing that doctor looked at. */
export interface Finding {
  /** `ok`: it is there; `missing`: `reenact run` cannot work without it; `absent`: not there, and not needed. */
  readonly state: "ok" | "missing" | "absent";
  /** What it is. */
  readonly name: string;
  /** What was found. */
  readonly found: string;
  /** What to do about it, a sentence. */
  readonly advice?: string;
  /** The cause that `reenact run` would end with; only where something is missing. */
  readonly code?: ErrorCode;
}

/** Findings that belong together, and the same as plain values for programs. */
export interface Section {
  /** Its key in `--json`. */
  readonly key: string;
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The finding of a necessity that failed. */
export function missing(name: string, error: unknown, advice?: string): Finding {
  const { code, message } = asReenactError(error);
  return { state: "missing", name, found: message, advice, code };
}
