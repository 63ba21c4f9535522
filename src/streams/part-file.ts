import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { ReenactError } from "../errors.js";
import { onProcessExit } from "./exit-hooks.js";
import { ownMark } from "./leftovers.js";

/**
 * A file or folder in the making: hidden, beside where it will be (so that renaming it is one step), and removed unless it is kept,
 * also when this process ends early.
 */
export class PartFile {
  readonly path: string;
  private readonly forget: () => void;

  private constructor(folder: string, extension: string, name = `${ownMark()}-${randomBytes(6).toString("hex")}`) {
    this.path = join(folder, `.reenact-${name}.part${extension}`);
    this.forget = onProcessExit(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** A name for a file that will be `target`, at random or with `name` in it; nothing is created yet. */
  static beside(target: string, name?: string): PartFile {
    return new PartFile(dirname(target), extname(target), name);
  }

  /** A new folder in `folder`. @throws {ReenactError} DISK_FULL, OUTPUT_INVALID */
  static async folderIn(folder: string): Promise<PartFile> {
    const part = new PartFile(folder, "");
    await mkdir(part.path).catch((cause: Error) => {
      part.forget();
      throw writeError(cause, folder);
    });
    return part;
  }

  /**
   * Writes what the system holds back to the disk, then gives the file its name.
   * @param replace whether a file of that name may go; what came there since it was looked for is somebody's, too
   * @throws {ReenactError} DISK_FULL, OUTPUT_INVALID, OUTPUT_EXISTS
   */
  async keepAs(target: string, replace: boolean): Promise<void> {
    try {
      await flush(this.path);
      await nameFile(this.path, target, replace);
    } catch (cause) {
      throw writeError(cause, target);
    }
    this.forget();
    // The new name is in the folder, which is written on its own. Not every system lets folders be opened.
    await flush(dirname(target)).catch(() => {});
  }

  /** Removes it; can be called again. */
  async discard(): Promise<void> {
    // A write that was on its way may still put a file into a folder while it is emptied.
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
    this.forget();
  }
}

/**
 * Gives a file another name on the same disk: in one step when what has the name may go, otherwise by a link, which never replaces.
 * @throws {ReenactError} OUTPUT_EXISTS; errors of the file system as they are
 */
export async function nameFile(from: string, to: string, replace: boolean): Promise<void> {
  if (!replace) {
    try {
      await link(from, to);
      return await rm(from, { force: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Some file systems know no links: there it is looked once more, and hoped.
      const isThere = code === "EEXIST" || (code !== "ENOENT" && (await stat(to).then(() => true, () => false)));
      if (isThere) throw new ReenactError("OUTPUT_EXISTS", `\`${to}\` has come to exist meanwhile, made by another run or by hand, and was left as it is: choose another name, or allow replacing with -y.`);
      if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EMLINK") throw error;
    }
  }
  await rename(from, to);
}

/** Asks the system to write a file or folder through to the disk. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether an error of the file system says that there is no room left. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
}

/** The sentence for a full disk. */
export function diskFullError(target: string, cause: unknown): ReenactError {
  return new ReenactError("DISK_FULL", `There is no room left for \`${target}\`: free some space or write to another disk.`, { cause });
}

/** An error while writing `target`, as one for people: of the file system, or INTERNAL when it is of no system at all. */
export function writeError(error: unknown, target: string): ReenactError {
  if (error instanceof ReenactError) return error;
  if (isDiskFull(error)) return diskFullError(target, error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return new ReenactError("INTERNAL", `Expected to write \`${target}\` but this went wrong: ${String(error)}.`, { cause: error });
  return new ReenactError("OUTPUT_INVALID", `\`${target}\` cannot be written (${code}).`, { cause: error });
}

/**
 * Whether the disk of `folder` is full: ffmpeg reports that in words only, so it is tried.
 * @returns the error of the trial, or undefined when a mebibyte went through.
 */
export async function fullDiskOf(folder: string): Promise<unknown> {
  const trial = PartFile.beside(join(folder, "trial"));
  try {
    const file = await open(trial.path, "wx");
    try {
      await file.writeFile(Buffer.alloc(2 ** 20));
      await file.sync();
    } finally {
      await file.close();
    }
    return undefined;
  } catch (error) {
    return isDiskFull(error) ? error : undefined;
  } finally {
    await trial.discard();
  }
}
