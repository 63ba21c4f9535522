import { mkdir } from "node:fs/promises";
import { lockState } from "../jobs/state-lock.js";
import { writeError } from "../streams/part-file.js";

/** Works in a folder that nobody else works in meanwhile. @throws {ReenactError} RUN_BUSY, OUTPUT_INVALID, DISK_FULL, and whatever `work` throws */
export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => { throw writeError(error, folder); });
  const lock = await lockState(folder, "--out");
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
