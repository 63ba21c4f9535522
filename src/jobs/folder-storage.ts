import { randomBytes } from "node:crypto";
import { copyFile, link, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { ReenactError } from "../errors.js";
import { flush, writeError } from "../streams/part-file.js";
import { missingError, type Storage } from "./storage.js";

/** A folder as {@link Storage}: of this machine, or one that several machines share. */
export class FolderStorage implements Storage {
  readonly label: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.label = folder;
    this.#folder = resolve(folder);
  }

  async put(key: string, path: string): Promise<void> {
    const target = await this.#at(key);
    try {
      await mkdir(dirname(target), { recursive: true });
      await flush(path);
      await this.#name(path, target);
    } catch (error) {
      throw writeError(error, target);
    } finally {
      await rm(path, { force: true });
    }
  }

  async putCopy(key: string, path: string): Promise<void> {
    const target = await this.#at(key);
    try {
      await mkdir(dirname(target), { recursive: true });
      // A link costs nothing; its file has two names then, and stays when one of them goes.
      await link(path, target).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") await this.#copy(path, target);
      });
      await flush(dirname(target)).catch(() => {});
    } catch (error) {
      throw writeError(error, target);
    }
  }

  async putText(key: string, text: string): Promise<void> {
    const target = await this.#at(key), part = `${target}.${randomBytes(6).toString("hex")}.part`;
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(part, text, { flag: "wx", flush: true });
      await this.#name(part, target);
    } catch (error) {
      throw writeError(error, target);
    } finally {
      await rm(part, { force: true });
    }
  }

  /** A link never replaces: of two who come with the same key the first stays. Then the folder goes through to the disk. */
  async #name(path: string, target: string): Promise<void> {
    try {
      await link(path, target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EXDEV") return this.#copy(path, target);
      // Some shared file systems know no links.
      if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") await rename(path, target);
      else if (code !== "EEXIST") throw error;
    }
    await flush(dirname(target)).catch(() => {});
  }

  async #copy(path: string, target: string): Promise<void> {
    const part = `${target}.${randomBytes(6).toString("hex")}.part`;
    try {
      await copyFile(path, part);
      await flush(part);
      await rename(part, target);
    } finally {
      await rm(part, { force: true });
    }
  }

  async readText(key: string): Promise<string | undefined> {
    return readFile(await this.#at(key), "utf8").catch(absent);
  }

  async size(key: string): Promise<number | undefined> {
    return stat(await this.#at(key)).then(({ size }) => size, absent);
  }

  async fetch(key: string): Promise<string> {
    if ((await this.size(key)) === undefined) throw missingError(key, this.label);
    return await this.#at(key);
  }

  async remove(prefix: string): Promise<void> {
    await rm(await this.#at(prefix), { recursive: true, force: true, maxRetries: 5 });
  }

  /** @throws {ReenactError} STORAGE_FAILED for a key that leads out of the folder, by its name or by a link that lies in it */
  async #at(key: string): Promise<string> {
    const path = resolve(this.#folder, key);
    if (isWithin(path, this.#folder) && isWithin(await real(path), await real(this.#folder))) return path;
    throw new ReenactError("STORAGE_FAILED", `Expected a key within ${this.label} but \`${key}\` leads out of it: nothing was read or written.`);
  }

  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** A path without links, as far as it is there. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(async (error: NodeJS.ErrnoException) => {
    absent(error);
    const above = dirname(path);
    return above === path ? path : join(await real(above), basename(path));
  });
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
