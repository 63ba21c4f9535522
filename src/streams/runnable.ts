import { randomBytes } from "node:crypto";
import { access, chmod, constants, copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import envPaths from "env-paths";

/** Whether this process may run a file. */
export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}

/**
 * The path of a program that came without the right to be run, as packages do whose install scripts did not run (pnpm, bun): its own once
 * it has that right, or, where its folder is somebody else's or read-only, a copy's in the cache. Where neither can be had its own all the
 * same: whoever runs it hears why not.
 *
 * @param cache folder of copies
 */
export async function runnable(path: string, cache: string = join(envPaths("reenact", { suffix: "" }).cache, "bin")): Promise<string> {
  if (await isExecutable(path)) return path;
  if (await chmod(path, 0o755).then(() => isExecutable(path), () => false)) return path;
  try {
    const { size, mtimeMs } = await stat(path), copy = join(cache, `${size}-${Math.round(mtimeMs)}-${basename(path)}`);
    if (await isExecutable(copy)) return copy;
    await mkdir(cache, { recursive: true, mode: 0o700 });
    const making = `${copy}.${randomBytes(6).toString("hex")}`;
    try {
      await copyFile(path, making);
      await chmod(making, 0o700);
      await rename(making, copy);
    } finally {
      await rm(making, { force: true });
    }
    return copy;
  } catch {
    return path;
  }
}
