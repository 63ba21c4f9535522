import type * as z from "zod";

/** A mistake that a schema found, as a sentence. @param received what stands there; undefined when nothing does */
export function describeIssue(issue: z.core.$ZodIssue, received: unknown): string {
  const name = issue.path.filter((part) => typeof part === "string" && part !== "jobs").join(".");
  if (issue.path.length === 0) return `Expected \`jobs:\` and a list of them but the file holds ${shown(received)}: see --help.`;
  const what = name === "" ? (issue.path.length === 1 ? "`jobs`" : "a job") : `\`${name}\``;
  return `Expected ${expectation(issue)} for ${what} but ${received === undefined || received === null ? "there is nothing" : `received ${shown(received)}`}: see --print-schema.`;
}

/** What would have been right. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type": return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value": return `${issue.values.length > 1 ? "one of " : ""}${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
    case "too_small": return amount(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum);
    case "too_big": return amount(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum);
    case "invalid_union": {
      const ways = issue.errors.flatMap(([first]) => (first ? [expectation(first)] : []));
      return ways.length > 0 ? [...new Set(ways)].join(" or ") : "another value";
    }
    default: return `another value (${issue.message})`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text", number: "a number", int: "a whole number", boolean: "true or false", array: "a list", object: "settings such as `strength: 1.2`",
};

function amount(origin: string, bound: string, count: number | bigint): string {
  if (origin !== "string" && origin !== "array") return `a number of ${bound} ${count}`;
  const [one, many] = origin === "string" ? ["letter", "letters"] : ["entry", "entries"];
  return `${bound} ${count} ${Number(count) === 1 ? one : many}`;
}

/** A value as it may stand in a sentence. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? (value.length === 0 ? "an empty list" : "a list") : "settings";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
