import pico from "picocolors";
import { EXIT_CODES } from "../../errors.js";
import type { Finding, Section } from "./finding.js";

/** Everything that doctor found, for programs: the sections' facts by their keys, and what is wrong. */
export interface Report {
  readonly version: string;
  /** Whether `reenact run` can work. */
  readonly ok: boolean;
  /** What the program ends with: 0, or that of the first necessity that is missing. */
  readonly exitCode: number;
  readonly problems: readonly Pick<Finding, "name" | "found" | "advice" | "code">[];
  readonly [section: string]: unknown;
}

/** The report of what was found. */
export function makeReport(version: string, sections: readonly Section[]): Report {
  const problems = sections.flatMap(({ findings }) => findings).filter(({ state }) => state === "missing");
  const exitCode = problems.length === 0 ? 0 : EXIT_CODES[problems[0].code ?? "INTERNAL"];
  return {
    version, ok: problems.length === 0, exitCode,
    problems: problems.map(({ name, found, advice, code }) => ({ name, code, found, advice })),
    ...Object.fromEntries(sections.map(({ key, facts }) => [key, facts])),
  };
}

/** The same for people: a table with ✓ (there), ✗ (missing) and – (absent, and not needed), advice below each. */
export function describeReport(sections: readonly Section[]): string {
  const width = Math.max(...sections.flatMap(({ findings }) => findings.map(({ name }) => name.length)));
  const mark = { ok: pico.green("✓"), missing: pico.red("✗"), absent: pico.dim("–") };
  const lines = sections.flatMap(({ title, findings }) => [
    pico.bold(title),
    ...findings.flatMap(({ state, name, found, advice }) => [
      `  ${mark[state]} ${name.padEnd(width)}  ${found}`,
      ...(advice === undefined ? [] : [`    ${" ".repeat(width)}  ${pico.dim(`→ ${advice}`)}`]),
    ]),
  ]);
  const wrong = sections.flatMap(({ findings }) => findings).filter(({ state }) => state === "missing").length;
  const verdict = wrong === 0 ? "reenact run can work here." : `reenact run cannot work here: ${wrong} necessit${wrong === 1 ? "y is" : "ies are"} missing (✗).`;
  return [...lines, "", verdict].join("\n");
}
