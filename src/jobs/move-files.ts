import { copyFile, link, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PartFile, writeError } from "../streams/part-file.js";
import type { JoinTarget } from "./do-join.js";

/** Moves all files of a folder into another, also of another disk; each appears there complete. @throws {ReenactError} DISK_FULL, OUTPUT_INVALID, OUTPUT_EXISTS */
export async function moveFiles(from: string, to: string, replace: boolean): Promise<void> {
  for (const name of await readdir(from)) await moveFile(join(from, name), join(to, name), replace);
}

/** Moves a file, also to another disk, where it appears complete. @throws {ReenactError} DISK_FULL, OUTPUT_INVALID, OUTPUT_EXISTS */
export async function moveFile(from: string, to: string, replace: boolean): Promise<void> {
  const part = PartFile.beside(to);
  try {
    await rename(from, part.path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      await copyFile(from, part.path);
    });
    await part.keepAs(to, replace);
  } catch (error) {
    throw writeError(error, to);
  } finally {
    await part.discard();
  }
}

/**
 * Puts a copy of a file where it belongs; it appears there complete. `beforeNaming` is called when it is complete and not there yet.
 * @throws {ReenactError} DISK_FULL, OUTPUT_INVALID, OUTPUT_EXISTS
 */
export async function placeFile(from: string, to: string, { partName, overwrite }: Pick<JoinTarget, "partName" | "overwrite">, beforeNaming: () => Promise<void> | undefined): Promise<void> {
  const part = PartFile.beside(to, partName);
  try {
    await rm(part.path, { force: true });
    await link(from, part.path).catch(() => copyFile(from, part.path));
    await beforeNaming();
    await part.keepAs(to, overwrite);
  } catch (error) {
    throw writeError(error, to);
  } finally {
    await part.discard();
  }
}
