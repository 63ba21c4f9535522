import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Names of the folders in a folder that a pattern allows, sorted; none when it cannot be read. */
export async function subfolders(dir: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && pattern.test(entry.name)).map(({ name }) => name).sort();
}

/** Names of the pictures in a folder, in the order of their numbers. */
export async function numberedPictures(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  const number = (name: string) => Number(/(\d+)\.\w+$/.exec(name)?.[1] ?? NaN);
  return names.filter((name) => /\d\.(jpe?g|png|bmp)$/i.test(name)).sort((a, b) => number(a) - number(b) || (a < b ? -1 : 1));
}

/** The first of several relative paths at which a folder has what is looked for; undefined when none has. */
export async function firstWith(dir: string, places: readonly string[], has: (path: string) => Promise<boolean>): Promise<string | undefined> {
  for (const place of places) if (await has(join(dir, place))) return place;
  return undefined;
}
