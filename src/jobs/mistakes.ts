import { ReenactError } from "../errors.js";

/** Something wrong with a list of jobs. */
export interface Mistake {
  /** Where in the jobs file, from 1; undefined for the command line. */
  readonly line: number | undefined;
  /** A sentence. */
  readonly message: string;
}

/** All of the mistakes as one error: a line each. @param source the jobs file, or undefined for the command line */
export function mistakesError(source: string | undefined, mistakes: readonly Mistake[]): ReenactError {
  const where = ({ line }: Mistake) => (source === undefined ? "" : `${source}${line === undefined ? "" : `:${line}`}: `);
  const [first] = mistakes;
  if (mistakes.length === 1) return new ReenactError("JOBS_INVALID", `${where(first)}${first.message}`);
  const sorted = [...mistakes].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const lines = sorted.map((mistake) => `\n  ${where(mistake)}${mistake.message}`).join("");
  return new ReenactError("JOBS_INVALID", `Expected jobs without mistakes but found ${mistakes.length}; nothing was begun:${lines}`);
}
