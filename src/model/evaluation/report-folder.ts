import { mkdir, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ReenactError } from "../../errors.js";

/**
 * Refuses a folder that is there already: a report never mixes with an older one.
 *
 * @throws ReenactError OUTPUT_EXISTS
 */
export async function checkReportFolder(folder: string): Promise<void> {
  if (await stat(folder).then(() => true, () => false)) {
    throw new ReenactError("OUTPUT_EXISTS", `Expected no file or folder at ${resolve(folder)}: remove it or choose another --out.`);
  }
}

/**
 * Makes the folder of a report, which appears when it is complete and not at all where `fill` fails.
 *
 * @param fill puts everything into the folder it is given
 * @throws ReenactError OUTPUT_EXISTS, and whatever `fill` throws
 */
export async function makeReportFolder<T>(folder: string, fill: (partial: string) => Promise<T>): Promise<T> {
  await checkReportFolder(folder);
  const partial = `${resolve(folder)}.partial-${process.pid}`;
  try {
    await mkdir(partial, { recursive: true });
    const filled = await fill(partial);
    await rename(partial, folder);
    return filled;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
