import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Folders below which `**` does not look: nobody keeps clips there. */
const SKIPPED = new Set(["node_modules", ".git"]);

/** Whether a name is a pattern: `*`, `?`, `[ab]` or `{a,b}` in it. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * The files that a pattern means, sorted by name: `*` and `?` within a name, `[a-z]`, `{a,b}`, and `**` for any folders. Hidden files only
 * when the pattern names the dot. A name without any of these means itself, whether or not it is there.
 *
 * @param folder what relative patterns are relative to
 */
export async function expandPattern(pattern: string, folder: string): Promise<string[]> {
  if (!isPattern(pattern) || (await stat(join(folder, pattern)).then((found) => found.isFile(), () => false))) return [pattern];
  const found = new Set<string>();
  for (const option of alternatives(pattern)) {
    const absolute = option.startsWith("/");
    const parts = option.split("/").filter((part, i) => part !== "" && !(part === "." && i > 0));
    await walk(absolute ? "/" : "", parts, folder, found);
  }
  return [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** `a{b,c}d` as `abd` and `acd`; inner braces first. */
function alternatives(pattern: string): string[] {
  const match = /\{([^{}]*)\}/.exec(pattern);
  if (!match) return [pattern];
  return match[1].split(",").flatMap((option) => alternatives(pattern.slice(0, match.index) + option + pattern.slice(match.index + match[0].length)));
}

async function walk(at: string, [part, ...rest]: readonly string[], folder: string, found: Set<string>): Promise<void> {
  const here = at.startsWith("/") ? at : join(folder, at);
  if (part === undefined) {
    if (await stat(here).then((entry) => entry.isFile(), () => false)) found.add(at);
    return;
  }
  const below = (name: string) => (at === "" || at === "/" ? `${at}${name}` : `${at}/${name}`);
  if (!isPattern(part)) return walk(below(part), rest, folder, found);
  const entries = await readdir(here === "" ? "." : here, { withFileTypes: true }).catch(() => []);
  if (part === "**") {
    await walk(at, rest, folder, found);
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) await walk(below(entry.name), [part, ...rest], folder, found);
    }
    return;
  }
  const wanted = nameTest(part);
  for (const { name } of entries) if (wanted.test(name) && (!name.startsWith(".") || part.startsWith("."))) await walk(below(name), rest, folder, found);
}

function nameTest(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]+\]|[*?]|[^*?[]+|\[/g, (piece) => {
    if (piece === "*") return "[^/]*";
    if (piece === "?") return "[^/]";
    if (piece.length > 1 && piece.startsWith("[")) return `[${piece.slice(1, -1).replace(/^!/, "^").replaceAll("\\", "\\\\")}]`;
    return piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "u");
}
