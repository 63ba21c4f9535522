import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { extname, join } from "node:path";
import type { Storage } from "./storage.js";
import { Studio } from "./studio.js";
import type { FileRef } from "./units.js";

/** Where units are done: models, the storage, and a folder for what is in the making. */
export class Workshop implements AsyncDisposable {
  /** For people: which process this is. */
  readonly name = `${hostname()}:${process.pid}`;
  readonly studio = new Studio();
  readonly storage: Storage;
  /** A folder of this process alone. */
  readonly scratch: string;
  readonly #fetched = new Map<string, Promise<string>>();

  constructor(storage: Storage, scratch: string) {
    this.storage = storage;
    this.scratch = scratch;
  }

  /** A name that nothing has, in the scratch folder. */
  async scratchPath(extension: string): Promise<string> {
    await mkdir(this.scratch, { recursive: true });
    return join(this.scratch, `${randomBytes(6).toString("hex")}${extension}`);
  }

  /** The path of a file; one in the storage is fetched once. @throws {ReenactError} STORAGE_FAILED, DISK_FULL */
  async pathOf({ at, stored }: FileRef): Promise<string> {
    if (!stored) return at;
    const known = this.#fetched.get(at) ?? this.scratchPath(extname(at)).then((path) => this.storage.fetch(at, path));
    this.#fetched.set(at, known);
    known.catch(() => this.#fetched.delete(at));
    return known;
  }

  /** Closes models and storage; can be called again. */
  async close(): Promise<void> {
    await this.studio.close();
    await this.storage.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
