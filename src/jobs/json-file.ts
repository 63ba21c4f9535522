import { readFile, writeFile } from "node:fs/promises";
import { PartFile, writeError } from "../streams/part-file.js";

/**
 * Writes a value as JSON so that after a loss of power the file holds either what it held before or all of the new value: into a file
 * beside, through to the disk, renamed, and the folder through to the disk.
 * @throws {ReenactError} DISK_FULL, OUTPUT_INVALID
 */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const part = PartFile.beside(path);
  try {
    await writeFile(part.path, `${JSON.stringify(value)}\n`, { flag: "wx" });
    await part.keepAs(path, true);
  } catch (error) {
    throw writeError(error, path);
  } finally {
    await part.discard();
  }
}

/** What a JSON file holds; undefined when there is none, or none that can be read as JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
