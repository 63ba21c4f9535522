import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ReenactError } from "../../errors.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { MANY_FACES, pickFace } from "../landmarks/pick-face.js";
import type { LandmarkSource } from "../landmarks/source.js";
import { DatasetWriter } from "./dataset-writer.js";
import { SYNTHESIS, type DatasetInfo, type Split } from "./dataset-format.js";
import { countSamples, dealExpressions, dealFrames, describePhotos, splitVideoPeople } from "./dataset-plan.js";
import type { ExpressionBasis } from "./expression-basis.js";
import { sampleExpression, type SampledExpression } from "./expression-sampler.js";
import { loadBasis } from "./load-basis.js";
import { FrameWriter, type WrittenFrame } from "./frame-writer.js";
import type { IndexedPhoto } from "./indexed-photo.js";
import { listPhotos } from "./photo-index.js";
import { createRandom } from "./random.js";
import { readRgb } from "./read-rgb.js";
import { landmarkShading } from "./shading.js";
import { SynthesisWorkers } from "./synthesis-workers.js";
import type { VideoFrame } from "./video-frame.js";

/** What a dataset is made of. */
export interface DatasetOptions {
  /** Folder of photos, with or without an `index.csv`. */
  readonly photos: string;
  /** Folder of the face basis. */
  readonly basis: string;
  /** Folder to make; it must not exist. */
  readonly out: string;
  /** MediaPipe: the synthesis needs its irises and blendshape scores. It is not closed. */
  readonly landmarks: LandmarkSource;
  /** Frames of videos of people, which become sources beside the synthesised ones. */
  readonly frames?: AsyncIterable<VideoFrame>;
  /** Expressions per photo besides neutral; 16 when left out. */
  readonly expressions?: number;
  /** Different expressions in all, neutral included; 384 when left out. */
  readonly pool?: number;
  /** 1 when left out. The same seed, photos, frames and basis give the same dataset. */
  readonly seed?: number;
  /** Threads that render; 2 when left out. */
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
  readonly skipped: readonly SkippedPhoto[];
}

/** A photo that was left out. */
export interface SkippedPhoto {
  readonly file: string;
  readonly reason: "cannot be read as an image" | "shows no face";
}

interface FoundPhoto extends IndexedPhoto {
  readonly face: FaceLandmarks;
}

/**
 * Builds a dataset (its files: dataset-format.ts): a pool of expressions is drawn, and every photo's person wears neutral and some of
 * the pool; of videos' frames, too, and what they show joins the pool. It is written beside `out` and renamed when complete; a failed or aborted build leaves nothing.
 *
 * @throws ReenactError USAGE, OUTPUT_EXISTS, DATA_INVALID (no photos, no faces, a bad basis), MODEL_MISSING (landmarks without
 * scores) or ABORTED
 */
export async function buildDataset(options: DatasetOptions, onProgress?: (progress: DatasetProgress) => void): Promise<DatasetSummary> {
  const { expressions = 16, pool: poolSize = 384, seed = 1, workers = 2 } = options;
  if (!(expressions >= 1 && expressions < poolSize)) {
    throw new ReenactError("USAGE", `Expected 1 to ${poolSize - 1} expressions per photo (the pool has ${poolSize}) but received ${expressions}.`);
  }
  const out = resolve(options.out);
  if (await stat(out).then(() => true, () => false)) {
    throw new ReenactError("OUTPUT_EXISTS", `Expected no file or folder at ${out}; remove it or choose another --out.`);
  }
  const basis = await loadBasis(options.basis);
  const { found, skipped } = await findFaces(options, onProgress);
  const partial = `${out}.partial-${process.pid}`;
  try {
    await mkdir(partial, { recursive: true });
    await using frames = options.frames && await writeFrames(options.frames, partial, options.signal);
    const plan = planned({ basis, found, written: frames?.written ?? [], expressions, pool: poolSize, seed });
    await frames?.finish(plan.info.frames!.people, plan.splits, poolSize);
    await render(options, plan, partial, workers, onProgress);
    await rename(partial, out);
    const { photos } = plan.info;
    return { photos: photos.length, people: new Set(photos.map(({ person }) => person)).size, samples: photos.reduce((sum, { sampleCount }) => sum + sampleCount, 0), skipped };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function writeFrames(frames: AsyncIterable<VideoFrame>, dir: string, signal: AbortSignal | undefined): Promise<FrameWriter> {
  const writer = await FrameWriter.create(dir);
  try {
    for await (const frame of frames) {
      throwIfAborted(signal);
      await writer.add(frame);
    }
    throwIfAborted(signal);
    if (writer.written.length === 0) {
      throw new ReenactError("DATA_INVALID", "Expected frames in the videos that show a face clearly but found none: use videos of one person each, from the front and near.");
    }
    return writer;
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  }
}

interface PlanOptions {
  readonly basis: ExpressionBasis;
  readonly found: readonly FoundPhoto[];
  readonly written: readonly WrittenFrame[];
  readonly expressions: number;
  readonly pool: number;
  readonly seed: number;
}

function planned({ basis, found, written, expressions, pool: drawn, seed }: PlanOptions): Plan {
  const described = describePhotos(found, expressions + 1, seed);
  const people = [...new Set(written.map(({ person }) => person))], splits = splitVideoPeople(people, described, seed);
  const real = dealFrames(described, written.map(({ person }) => splits.get(person)!), drawn, expressions, seed);
  const worn = dealExpressions(described, drawn, expressions, seed).map((hand, i) => [...hand, ...real[i]]);
  const pool = [...drawPool(basis, drawn, seed), ...written.map(({ weights }) => ({ weights, label: new Float32Array(basis.basic.length) }))];
  return {
    found, pool, worn, splits, shading: landmarkShading(basis),
    info: {
      version: 2, cropSize: 96, seed, basisSha256: basis.sha256, synthesis: SYNTHESIS,
      basic: [...basis.basic], blendshapes: [...basis.blendshapes], photos: countSamples(described, worn), pool: pool.length,
      ...(written.length > 0 && { frames: { count: written.length, people, drawn } }),
    },
  };
}

/** What is rendered: for every photo its face and the pool entries it wears. */
interface Plan {
  readonly info: DatasetInfo;
  readonly found: readonly FoundPhoto[];
  readonly pool: readonly SampledExpression[];
  /** [51, 468], see `landmarkShading`. */
  readonly shading: Float32Array;
  readonly worn: readonly number[][];
  /** The half of each person of the videos. */
  readonly splits: ReadonlyMap<string, Split>;
}

async function findFaces(
  { photos, landmarks, signal }: DatasetOptions, onProgress?: (progress: DatasetProgress) => void,
): Promise<{ found: FoundPhoto[]; skipped: SkippedPhoto[] }> {
  const listed = await listPhotos(photos);
  const found: FoundPhoto[] = [], skipped: SkippedPhoto[] = [];
  for (const [i, photo] of listed.entries()) {
    throwIfAborted(signal);
    const image = await readRgb(join(photos, photo.file)).catch(() => undefined);
    const face = image && pickFace(await landmarks.detect(image, { maxFaces: MANY_FACES }), "largest");
    if (!image) skipped.push({ file: photo.file, reason: "cannot be read as an image" });
    else if (!face) skipped.push({ file: photo.file, reason: "shows no face" });
    else if (!face.blendshapes || face.points.length < 478 * 3) {
      throw new ReenactError("MODEL_MISSING", "Expected landmarks with irises and expression scores, which only MediaPipe measures; give the folder of its model by --model-dir.");
    } else found.push({ ...photo, face });
    onProgress?.({ stage: "faces", done: i + 1, total: listed.length });
  }
  if (found.length === 0) throw new ReenactError("DATA_INVALID", `Expected faces in the photos of ${photos} but found none in ${listed.length}.`);
  return { found, skipped };
}

function drawPool(basis: ExpressionBasis, size: number, seed: number): SampledExpression[] {
  const random = createRandom(`${seed}/pool`);
  const neutral = { weights: new Float32Array(basis.blendshapes.length), label: new Float32Array(basis.basic.length) };
  return [neutral, ...Array.from({ length: size - 1 }, () => sampleExpression(basis, random))];
}

async function render(
  { photos, basis, signal }: DatasetOptions, { info, found, pool, shading, worn }: Plan, dir: string, workers: number,
  onProgress?: (progress: DatasetProgress) => void,
): Promise<void> {
  await using writer = await DatasetWriter.create(dir, info, pool, shading);
  await using threads = new SynthesisWorkers(basis, workers);
  let done = 0, next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < found.length; i = next++) {
      throwIfAborted(signal);
      const expressions = worn[i].map((entry) => pool[entry].weights);
      const crops = await threads.run({ path: join(photos, found[i].file), face: found[i].face, expressions });
      await writer.writePhoto(i, worn[i], crops);
      onProgress?.({ stage: "render", done: ++done, total: found.length });
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  throwIfAborted(signal);
  await writer.writeInfo();
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ReenactError("ABORTED", "The dataset build was stopped.", { cause: signal.reason });
}
