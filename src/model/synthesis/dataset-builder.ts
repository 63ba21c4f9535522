import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Pixels } from "../../frame.js";
import { ReenactError } from "../../errors.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { DatasetWriter } from "./dataset-writer.js";
import type { DatasetInfo, DatasetPhoto } from "./dataset-format.js";
import { sampleExpression, type SampledExpression } from "./expression-sampler.js";
import { loadBasis } from "./load-basis.js";
import { listPhotos, type IndexedPhoto } from "./photo-index.js";
import { createRandom, shuffled } from "./random.js";
import { readRgb } from "./read-rgb.js";
import { SynthesisWorkers } from "./synthesis-workers.js";

/** What a dataset is made of. */
export interface DatasetOptions {
  /** Folder of photos, with or without an `index.csv`. */
  readonly photos: string;
  /** Folder of the face basis. */
  readonly basis: string;
  /** Folder to make; it must not exist. */
  readonly out: string;
  /** Finds the largest face with irises and blendshape scores. */
  readonly findFace: (image: Pixels) => Promise<FaceLandmarks | undefined>;
  /** Expressions per photo besides neutral; 16 when left out. */
  readonly expressions?: number;
  /** Different expressions in all, neutral included; 384 when left out. */
  readonly pool?: number;
  /** 1 when left out. The same seed, photos and basis give the same dataset. */
  readonly seed?: number;
  /** Threads; 2 when left out. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
}

/** How far a build is. */
export interface DatasetProgress {
  /** Finding the faces comes first, then rendering them. */
  readonly stage: "faces" | "render";
  /** Photos. */
  readonly done: number;
  readonly total: number;
}

/** What came of a build. */
export interface DatasetSummary {
  readonly photos: number;
  readonly people: number;
  readonly samples: number;
  /** Photos that were left out, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

const TEST_SHARE = 0.1;

interface FoundPhoto extends IndexedPhoto {
  readonly face: FaceLandmarks;
}

/**
 * Builds a dataset (its files: dataset-format.ts): a pool of expressions is drawn, and every photo's person wears neutral and some of
 * the pool. It is written beside `out` and renamed when complete; a failed or aborted build leaves nothing.
 *
 * @throws ReenactError OUTPUT_EXISTS, DATA_INVALID (no photos, no faces, a bad basis) or ABORTED
 */
export async function buildDataset(options: DatasetOptions, onProgress: (progress: DatasetProgress) => void = () => {}): Promise<DatasetSummary> {
  const { expressions = 16, pool: poolSize = 384, seed = 1, workers = 2, signal } = options;
  if (!(expressions >= 1 && expressions < poolSize)) {
    throw new ReenactError("USAGE", `Expected fewer expressions per photo than the pool has, and at least 1, but received ${expressions} of ${poolSize}.`);
  }
  const out = resolve(options.out);
  if (await stat(out).then(() => true, () => false)) {
    throw new ReenactError("OUTPUT_EXISTS", `Expected no file or folder at ${out}; remove it or choose another --out.`);
  }
  const basis = await loadBasis(options.basis);
  const listed = await listPhotos(options.photos);

  const skipped: { file: string; reason: string }[] = [];
  const found = await findFaces(options, listed, skipped, onProgress);
  if (found.length === 0) {
    throw new ReenactError("DATA_INVALID", `Expected faces in the photos of ${options.photos} but found none in ${listed.length}.`);
  }

  const poolRandom = createRandom(`${seed}/pool`);
  const neutral = { weights: new Float32Array(basis.blendshapes.length), label: new Float32Array(basis.basic.length) };
  const pool: SampledExpression[] = [neutral, ...Array.from({ length: poolSize - 1 }, () => sampleExpression(basis, poolRandom))];
  const photos = describePhotos(found, expressions + 1, seed);
  const info: DatasetInfo = {
    version: 1, cropSize: 96, seed, basisSha256: basis.sha256, basic: [...basis.basic], blendshapes: [...basis.blendshapes], photos, pool: poolSize,
  };
  const worn = dealExpressions(photos, poolSize, expressions, seed);

  const partial = `${out}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  const threads = new SynthesisWorkers(options.basis, workers);
  try {
    const writer = await DatasetWriter.create(partial, info, pool);
    try {
      let done = 0, next = 0;
      const lane = async (): Promise<void> => {
        for (let i = next++; i < found.length; i = next++) {
          throwIfAborted(signal);
          const { file, face } = found[i];
          const crops = await threads.run({ path: join(options.photos, file), face, expressions: worn[i].map((entry) => pool[entry].weights) });
          await writer.writePhoto(i, worn[i], crops);
          onProgress({ stage: "render", done: ++done, total: found.length });
        }
      };
      await Promise.all(Array.from({ length: workers }, lane));
    } finally {
      await writer.close();
    }
    await writer.writeInfo();
    throwIfAborted(signal);
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    await threads.close();
  }
  return { photos: photos.length, people: new Set(photos.map(({ person }) => person)).size, samples: photos.length * (expressions + 1), skipped };
}

async function findFaces(
  { photos, findFace, signal }: DatasetOptions, listed: readonly IndexedPhoto[], skipped: { file: string; reason: string }[],
  onProgress: (progress: DatasetProgress) => void,
): Promise<FoundPhoto[]> {
  const found: FoundPhoto[] = [];
  for (const [i, photo] of listed.entries()) {
    throwIfAborted(signal);
    const image = await readRgb(join(photos, photo.file)).catch(() => undefined);
    const face = image && (await findFace(image));
    if (!image) skipped.push({ file: photo.file, reason: "cannot be read as an image" });
    else if (!face) skipped.push({ file: photo.file, reason: "shows no face" });
    else found.push({ ...photo, face });
    onProgress({ stage: "faces", done: i + 1, total: listed.length });
  }
  return found;
}

/** Puts a tenth of the people into the test half; which ones depends on the seed alone. */
function describePhotos(found: readonly FoundPhoto[], sampleCount: number, seed: number): DatasetPhoto[] {
  const people = [...new Set(found.map(({ person }) => person))].sort();
  const held = people.length < 2 ? 0 : Math.max(1, Math.round(people.length * TEST_SHARE));
  const test = new Set(shuffled(createRandom(`${seed}/split`), people).slice(0, held));
  return found.map(({ file, set, person, weight }, i) => (
    { file, set, person, split: test.has(person) ? "test" : "train", weight, firstSample: i * sampleCount, sampleCount }
  ));
}

/** Deals every photo neutral (entry 0) and `expressions` others, in each half as from a deck, so that all are worn about equally often. */
function dealExpressions(photos: readonly DatasetPhoto[], poolSize: number, expressions: number, seed: number): number[][] {
  const entries = Array.from({ length: poolSize - 1 }, (_, i) => i + 1);
  const random = createRandom(`${seed}/deal`);
  const decks: Record<DatasetPhoto["split"], number[]> = { train: [], test: [] };
  return photos.map(({ split }) => {
    const hand: number[] = [0];
    while (hand.length <= expressions) {
      if (decks[split].length === 0) decks[split] = shuffled(random, entries);
      const at = decks[split].findIndex((entry) => !hand.includes(entry));
      if (at < 0) decks[split] = [];
      else hand.push(...decks[split].splice(at, 1));
    }
    return hand;
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ReenactError("ABORTED", "The dataset build was stopped.", { cause: signal.reason });
}
