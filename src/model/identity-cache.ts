import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { filePath, type FilePath } from "../file-path.js";
import type { Embedding, FaceEngine } from "./engines/engine.js";
import { embeddingShapes } from "./network/decoder.js";
import { elements } from "./network/parameters.js";
import type { LoadedModel } from "./weights/load-weights.js";
import { decodeSafetensors, encodeSafetensors } from "./weights/safetensors.js";

/** What an embedding depends on besides the photo. */
type ModelIdentity = Pick<LoadedModel, "config" | "sha256">;

/** Embeddings kept in memory and on disk; the least recently used go first. An embedding is about 1 MB. */
const IN_MEMORY = 16;
const ON_DISK = 64;

/** Where embeddings are kept when nobody says otherwise. */
export function defaultCacheFolder(): string {
  return join(envPaths("reenact", { suffix: "" }).cache, "identities");
}

/**
 * Computes a photo's identity embedding once per crop and model and remembers it, keyed by content: in memory, and in files that
 * hold the embedding and neither the photo nor its name. A file that cannot be read or written is as good as none.
 */
export class IdentityCache {
  readonly #folder: string | undefined;
  readonly #memory = new Map<string, Promise<Embedding>>();

  /** @param folder where files go; `null` keeps nothing on disk */
  constructor(folder: FilePath | null = defaultCacheFolder()) {
    this.#folder = folder === null ? undefined : filePath(folder, "folder");
  }

  /** The embedding of `photo`, [96, 96, 3] in −1…1, by `model`; `engine` computes it when it is not known. */
  get(photo: Float32Array, model: ModelIdentity, engine: FaceEngine): Promise<Embedding> {
    const key = createHash("sha256").update(model.sha256).update(new Uint8Array(photo.buffer, photo.byteOffset, photo.byteLength)).digest("hex");
    const found = this.#memory.get(key) ?? this.#fromDiskOr(key, photo, model, engine);
    // Re-inserted, so that a Map's order is the order of use.
    this.#memory.delete(key);
    this.#memory.set(key, found);
    found.catch(() => this.#memory.delete(key));
    if (this.#memory.size > IN_MEMORY) this.#memory.delete(this.#memory.keys().next().value!);
    return found;
  }

  async #fromDiskOr(key: string, photo: Float32Array, model: ModelIdentity, engine: FaceEngine): Promise<Embedding> {
    const file = this.#folder && join(this.#folder, `${key}.safetensors`);
    const kept = file && (await this.#read(file, model));
    if (kept) return kept;
    const embedding = await engine.encodeIdentity(photo);
    if (file) await this.#write(file, embedding, model).catch(() => undefined); // a cache that cannot be written costs time, not the job
    return embedding;
  }

  async #read(file: string, model: ModelIdentity): Promise<Embedding | undefined> {
    try {
      const { weights } = decodeSafetensors(await readFile(file));
      const shapes = Object.entries(embeddingShapes(model.config));
      if (!shapes.every(([name, shape]) => weights.get(name)?.data.length === elements(shape))) return undefined;
      const now = new Date();
      await utimes(file, now, now);
      return Object.fromEntries(shapes.map(([name]) => [name, weights.get(name)!.data]));
    } catch {
      return undefined;
    }
  }

  async #write(file: string, embedding: Embedding, model: ModelIdentity): Promise<void> {
    const folder = this.#folder!;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const shapes = embeddingShapes(model.config);
    const tensors = new Map(Object.entries(embedding).map(([name, data]) => [name, { shape: [...shapes[name]], data }]));
    const beside = `${file}.${process.pid}.writing`;
    await writeFile(beside, encodeSafetensors(tensors, "F32"), { mode: 0o600 });
    await rename(beside, file);
    const files = (await readdir(folder)).filter((name) => name.endsWith(".safetensors")).map((name) => join(folder, name));
    const ages = await Promise.all(files.map(async (path) => ({ path, used: (await stat(path)).mtimeMs })));
    const old = ages.sort((a, b) => b.used - a.used).slice(ON_DISK);
    await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  }
}
