import { fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";

/** Opens a file of a dataset for reading. @throws ReenactError DATA_INVALID */
export function openFile(dir: string, file: string): number {
  try {
    return openSync(join(dir, file), "r");
  } catch (cause) {
    return fail(dir, `${file} cannot be opened`, cause);
  }
}

/** `length` bytes from `position`. @throws ReenactError DATA_INVALID */
export function read(handle: number, position: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(handle, bytes, done, length - done, position + done);
    if (count === 0) throw new ReenactError("DATA_INVALID", "Expected more data in the dataset, but a file became shorter; build it again.");
    done += count;
  }
  return bytes.buffer;
}

/** @throws ReenactError DATA_INVALID that tells what is wrong with a dataset */
export function fail(dir: string, problem: string, cause?: unknown): never {
  throw new ReenactError("DATA_INVALID", `Expected a dataset in ${dir}, but ${problem}; build it again with reenact dataset build.`, { cause });
}

/** Refuses a file of another size. @throws ReenactError DATA_INVALID */
export function checkSize(dir: string, file: string, handle: number, bytes: number): void {
  const { size } = fstatSync(handle);
  if (size !== bytes) fail(dir, `${file} has ${size} bytes instead of ${bytes}`);
}
