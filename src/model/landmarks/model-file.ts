import envPaths from "env-paths";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import { filePath, type FilePath } from "../../file-path.js";

/** MediaPipe's face landmarker (float16, version 1; Apache License 2.0), pinned by its SHA-256. */
export const MEDIAPIPE_MODEL = {
  file: "face_landmarker.task",
  url: "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task",
  bytes: 3_758_596,
  sha256: "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
} as const;

/** A file that is pinned by its SHA-256 and may be fetched. */
export type PinnedFile = { readonly [key in keyof typeof MEDIAPIPE_MODEL]: (typeof MEDIAPIPE_MODEL)[key] extends number ? number : string };

/** Where a model's file is looked for. */
export interface ModelFileOptions {
  /** A folder that the user names; the environment variable REENACT_MODEL_DIR when left out. */
  readonly modelDir?: FilePath | undefined;
  /** The program's own folder for fetched files; the system's usual cache folder when left out. */
  readonly cacheDir?: FilePath | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How long the whole download may take, in milliseconds. */
const DOWNLOAD_TIMEOUT = 120_000;

/**
 * The path of a model's file when it is here already: in the folder that the user names, else in the cache. A damaged file in the cache
 * counts as absent: it is this program's own and can be fetched anew.
 *
 * @throws ReenactError MODEL_CORRUPT when the user's folder holds the file but with other contents
 */
export async function findModelFile(options: ModelFileOptions = {}, model: PinnedFile = MEDIAPIPE_MODEL): Promise<string | undefined> {
  const { modelDir, cacheDir } = folders(options);
  if (modelDir) {
    const path = join(modelDir, model.file);
    const sum = await sumOfFile(path);
    if (sum === model.sha256) return path;
    if (sum !== undefined) {
      throw new ReenactError("MODEL_CORRUPT", `Expected ${path} to have the SHA-256 ${model.sha256} but found ${sum}; `
        + `replace it by ${model.url}`);
    }
  }
  const path = join(cacheDir, model.file);
  return await sumOfFile(path) === model.sha256 ? path : undefined;
}

/**
 * The path of a model's file that must be here already.
 *
 * @throws ReenactError MODEL_MISSING or MODEL_CORRUPT
 */
export async function requireModelFile(options: ModelFileOptions = {}, model: PinnedFile = MEDIAPIPE_MODEL): Promise<string> {
  const path = await findModelFile(options, model);
  if (path) return path;
  const { modelDir, cacheDir } = folders(options);
  throw new ReenactError("MODEL_MISSING", `Expected ${model.file} in ${modelDir ? `${modelDir} or ` : ""}${cacheDir} but it is not there; `
    + `fetch ${model.url} and name its folder by --model-dir, or use --landmarks facemesh, which needs no download`);
}

/**
 * The path of a model's file, fetched into the cache when it is not here yet.
 *
 * @throws ReenactError MODEL_MISSING when it cannot be fetched, MODEL_CORRUPT when what comes is something else, DISK_FULL;
 *   the signal's reason when it is aborted
 */
export async function ensureModelFile(options: ModelFileOptions = {}, model: PinnedFile = MEDIAPIPE_MODEL): Promise<string> {
  const found = await findModelFile(options, model);
  if (found) return found;
  const { cacheDir } = folders(options);
  const data = await download(model, options.signal);
  const sum = sumOf(data);
  if (sum !== model.sha256) {
    throw new ReenactError("MODEL_CORRUPT", `Expected ${model.url} to have the SHA-256 ${model.sha256} but received ${data.length} bytes with `
      + `${sum}; fetch it by another way and name its folder by --model-dir`);
  }
  const path = join(cacheDir, model.file);
  const part = `${path}.${process.pid}.part`; // never half a file under the final name, and no two programs in one part
  try {
    await mkdir(cacheDir, { recursive: true });
    await writeFile(part, data);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined); // the folder may be the very thing that is wrong
    const full = (cause as NodeJS.ErrnoException).code === "ENOSPC";
    throw new ReenactError(full ? "DISK_FULL" : "MODEL_MISSING", `Expected to keep ${model.file} in ${cacheDir} but it cannot be written; `
      + `${full ? "make room there" : "make the folder writable"} or name a folder that holds the file by --model-dir`, { cause });
  }
  return path;
}

function folders({ modelDir = process.env.REENACT_MODEL_DIR, cacheDir }: ModelFileOptions): { modelDir?: string; cacheDir: string } {
  const cache = cacheDir === undefined ? join(envPaths("reenact", { suffix: "" }).cache, "models") : filePath(cacheDir, "cacheDir");
  return { modelDir: modelDir === undefined ? undefined : filePath(modelDir, "modelDir") || undefined, cacheDir: cache };
}

async function sumOfFile(path: string): Promise<string | undefined> {
  return readFile(path).then(sumOf, () => undefined);
}

function sumOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

async function download({ url, bytes, file }: PinnedFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const limit = AbortSignal.timeout(DOWNLOAD_TIMEOUT);
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > bytes) break; // not the pinned file, as its sum will tell: no need to take in the rest
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ReenactError("MODEL_MISSING", `Expected to fetch ${file} from ${url} but that failed; fetch it by another way and name its `
      + "folder by --model-dir, or use --landmarks facemesh, which needs no download", { cause });
  }
}
