import type * as z from "zod";
import { ReenactError } from "./errors.js";

/**
 * Options of a caller, with every default filled in.
 * @throws ReenactError USAGE: what was expected, what was received
 */
export function parseOptions<T>(schema: z.ZodType<T>, given: unknown): T {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const [issue] = error.issues, name = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    throw new ReenactError("USAGE", `Expected a known option but received \`${[...issue.path, issue.keys[0]].join(".")}\`: see the options' documentation.`, { cause: error });
  }
  const received = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], given);
  const found = received === undefined ? "there is none" : `received ${shownValue(received)}`;
  throw new ReenactError("USAGE", `Expected ${expectation(issue)} for ${name === "" ? "the options" : `\`${name}\``} but ${found}: see the options' documentation.`, { cause: error });
}

/** What would have been right. */
export function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type": return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value": return `${issue.values.length > 1 ? "one of " : ""}${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
    case "too_small": return amount(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum);
    case "too_big": return amount(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum);
    case "invalid_union": {
      const ways = issue.errors.flatMap(([first]) => (first ? [expectation(first)] : []));
      return ways.length > 0 ? [...new Set(ways)].join(" or ") : "another value";
    }
    // A class: the only one that options are of.
    case "custom": return "bytes";
    default: return `another value (${issue.message})`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text", number: "a number", int: "a whole number", boolean: "true or false", array: "a list", object: "settings such as `strength: 1.2`", Uint8Array: "bytes",
};

function amount(origin: string, bound: string, count: number | bigint): string {
  if (origin !== "string" && origin !== "array") return `a number of ${bound} ${count}`;
  const [one, many] = origin === "string" ? ["letter", "letters"] : ["entry", "entries"];
  return `${bound} ${count} ${Number(count) === 1 ? one : many}`;
}

/** A value as it may stand in a sentence. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "number") return String(value); // JSON has neither NaN nor Infinity
  if (typeof value === "object") return Array.isArray(value) ? (value.length === 0 ? "an empty list" : "a list") : "settings";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
