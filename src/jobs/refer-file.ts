import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { writeError } from "../streams/part-file.js";
import { Recent } from "../pipeline/recent.js";
import type { Storage } from "./storage.js";
import type { FileRef } from "./units.js";

/** Files that are remembered as being in the storage. */
const REMEMBERED = 1000;

/** Puts files that workers read into the storage, each content once. */
export class FileReferrer {
  readonly #storage: Storage;
  readonly #namespace: string;
  readonly #known = new Recent<string>(REMEMBERED);

  constructor(storage: Storage, namespace: string) {
    this.#storage = storage;
    this.#namespace = namespace;
  }

  /** @throws {ReenactError} OUTPUT_INVALID when the file cannot be read; DISK_FULL, STORAGE_FAILED */
  async refer(path: string, label: string): Promise<FileRef> {
    const at = await this.#known.get(path, async () => {
      const hash = createHash("sha256");
      await pipeline(createReadStream(path), hash).catch((error: unknown) => { throw writeError(error, path); });
      const key = `${this.#namespace}inputs/${hash.digest("hex")}${/^\.[A-Za-z0-9_-]{1,16}$/.exec(extname(path))?.[0] ?? ""}`;
      await this.#storage.putCopy(key, path);
      return key;
    });
    return { at, label, stored: true };
  }
}
