import type * as z from "zod";
import { expectation, shownValue } from "../parse-options.js";

/** A mistake that a schema found, as a sentence. @param received what stands there; undefined when nothing does */
export function describeIssue(issue: z.core.$ZodIssue, received: unknown): string {
  const name = issue.path.filter((part) => typeof part === "string" && part !== "jobs").join(".");
  if (issue.path.length === 0) return `Expected \`jobs:\` and a list of them but the file holds ${shownValue(received)}: see --help.`;
  const what = name === "" ? (issue.path.length === 1 ? "`jobs`" : "a job") : `\`${name}\``;
  return `Expected ${expectation(issue)} for ${what} but ${received === undefined || received === null ? "there is nothing" : `received ${shownValue(received)}`}: see --print-schema.`;
}
