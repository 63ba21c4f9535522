import { closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DATASET_FILES, DATASET_JSON, datasetSchema, LANDMARK_VALUES, type DatasetInfo, type Split } from "./dataset-format.js";
import { checkSize, fail, openFile, read } from "./dataset-io.js";
import { FrameShelf } from "./frame-shelf.js";
import { shadingAtLandmarks } from "./shading.js";

/** An aligned face. */
export interface FaceCrop {
  /** [96, 96, 3] RGB. */
  readonly pixels: Uint8Array;
  /** [468, 2] crop pixels, pixel centres at .5. */
  readonly landmarks: Float32Array;
}

/** One synthesised face: the person of `photo` with the expression `pool`. */
export interface FaceSample extends FaceCrop {
  readonly photo: number;
  readonly pool: number;
}

const FACE_BYTES = 96 * 96 * 3;

/**
 * A synthesised dataset on disk (see {@link DATASET_FILES} for its arrays). Faces are read when asked for, so memory stays small
 * however large the set is.
 */
export class FaceDataset implements Disposable {
  readonly #handles: Handles;
  readonly #samples: Int32Array;
  readonly #pool: Float32Array;
  readonly #oldWeights: Float32Array;
  readonly #shading: Float32Array;
  readonly #wearing: Readonly<Record<Split, number[][]>>;
  #closed = false;

  private constructor(readonly dir: string, readonly info: DatasetInfo, handles: Handles, /** Frames of videos, where it has some. */ readonly frames: FrameShelf | undefined) {
    const { photos, pool, blendshapes, basic } = info;
    const samples = photos.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
    const check = (name: keyof Handles, count: number, bytes: number) => checkSize(dir, DATASET_FILES[name], handles[name], count * bytes);
    check("faces", samples, FACE_BYTES);
    check("landmarks", samples, LANDMARK_VALUES * 4);
    check("samples", samples, 8);
    check("pool", pool, (blendshapes.length + basic.length) * 4);
    check("identity", photos.length, FACE_BYTES);
    check("originals", photos.length, FACE_BYTES);
    check("originalLandmarks", photos.length, LANDMARK_VALUES * 4);
    check("oldWeights", photos.length, blendshapes.length * 4);
    check("landmarkShading", blendshapes.length, LANDMARK_VALUES * 2);
    this.#handles = handles;
    this.#samples = new Int32Array(read(handles.samples, 0, samples * 8));
    this.#pool = new Float32Array(read(handles.pool, 0, pool * (blendshapes.length + basic.length) * 4));
    this.#oldWeights = new Float32Array(read(handles.oldWeights, 0, photos.length * blendshapes.length * 4));
    this.#shading = new Float32Array(read(handles.landmarkShading, 0, blendshapes.length * LANDMARK_VALUES * 2));
    const lists = () => Array.from({ length: pool }, (): number[] => []);
    this.#wearing = { train: lists(), test: lists() };
    photos.forEach(({ firstSample, sampleCount, split }, photo) => {
      for (let i = firstSample; i < firstSample + sampleCount; i++) {
        const [owner, entry] = [this.#samples[2 * i], this.#samples[2 * i + 1]];
        if (owner !== photo || !(entry >= 0 && entry < pool)) fail(dir, `sample ${i} names photo ${owner} and pool entry ${entry}`);
        this.#wearing[split][entry].push(i);
      }
    });
  }

  /**
   * Opens a dataset made by `reenact dataset build`; close it when done.
   *
   * @throws ReenactError DATA_INVALID when a file is missing or does not fit the description
   */
  static open(dir: string): FaceDataset {
    const info = readInfo(dir);
    const handles: Partial<Handles> = {};
    let frames: FrameShelf | undefined;
    try {
      frames = info.frames && FrameShelf.open(dir, info);
      for (const [name, file] of Object.entries(DATASET_FILES)) handles[name as keyof Handles] = openFile(dir, file);
      return new FaceDataset(dir, info, handles as Handles, frames);
    } catch (error) {
      for (const handle of Object.values(handles)) closeSync(handle);
      frames?.close();
      throw error;
    }
  }

  /** Synthesised faces in all. */
  get sampleCount(): number {
    return this.#samples.length / 2;
  }

  /** Sample `i`, 0 ≤ i < sampleCount. */
  sample(i: number): FaceSample {
    this.#check(i, this.sampleCount, "sample");
    return { ...this.#crop("faces", "landmarks", i), photo: this.#samples[2 * i], pool: this.#samples[2 * i + 1] };
  }

  /** The photo as it is, aligned: its own expression, nothing synthesised. */
  original(photo: number): FaceCrop {
    this.#check(photo, this.info.photos.length, "photo");
    return this.#crop("originals", "originalLandmarks", photo);
  }

  /** [96, 96, 3] the expression-free map H of a photo, black outside the face. */
  identityMap(photo: number): Uint8Array {
    this.#check(photo, this.info.photos.length, "photo");
    return new Uint8Array(read(this.#handles.identity, photo * FACE_BYTES, FACE_BYTES));
  }

  /** [51] the expression a photo shows. */
  oldWeights(photo: number): Float32Array {
    this.#check(photo, this.info.photos.length, "photo");
    const size = this.info.blendshapes.length;
    return this.#oldWeights.slice(photo * size, (photo + 1) * size);
  }

  /**
   * How much lighter the skin at each landmark is with one expression of a photo than with another, as the synthesis shades it.
   *
   * @param from what is compared with: the weights of a sample, or those of {@link oldWeights} for the photo itself @param to the weights of the other
   * @returns [468], 0: equally light
   */
  shading(photo: number, from: Float32Array, to: Float32Array): Float32Array {
    return shadingAtLandmarks(this.#shading, this.oldWeights(photo), from, to);
  }

  /** [51] the weights of a pool entry. */
  weights(pool: number): Float32Array {
    this.#check(pool, this.info.pool, "pool entry");
    const { blendshapes, basic } = this.info, stride = blendshapes.length + basic.length;
    return this.#pool.slice(pool * stride, pool * stride + blendshapes.length);
  }

  /** [6] how much of each basic expression a pool entry is, 0…1. */
  label(pool: number): Float32Array {
    this.#check(pool, this.info.pool, "pool entry");
    const { blendshapes, basic } = this.info, stride = blendshapes.length + basic.length;
    return this.#pool.slice(pool * stride + blendshapes.length, (pool + 1) * stride);
  }

  /** Photo and pool entry of a sample, without reading its face. */
  sampleKey(i: number): { photo: number; pool: number } {
    this.#check(i, this.sampleCount, "sample");
    return { photo: this.#samples[2 * i], pool: this.#samples[2 * i + 1] };
  }

  /** All samples of one half that wear a pool entry: the same expression on different people. */
  samplesWearing(split: Split, pool: number): readonly number[] {
    this.#check(pool, this.info.pool, "pool entry");
    return this.#wearing[split][pool];
  }

  /** All samples of a photo; the first is neutral. */
  samplesOf(photo: number): number[] {
    this.#check(photo, this.info.photos.length, "photo");
    const { firstSample, sampleCount } = this.info.photos[photo];
    return Array.from({ length: sampleCount }, (_, k) => firstSample + k);
  }

  /** Photos of one half. */
  photosIn(split: Split): number[] {
    return this.info.photos.flatMap((photo, i) => (photo.split === split ? [i] : []));
  }

  /** Closes the files; further reads throw. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const handle of Object.values(this.#handles)) closeSync(handle);
    this.frames?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #crop(pixels: "faces" | "originals", landmarks: "landmarks" | "originalLandmarks", i: number): FaceCrop {
    return {
      pixels: new Uint8Array(read(this.#handles[pixels], i * FACE_BYTES, FACE_BYTES)),
      landmarks: new Float32Array(read(this.#handles[landmarks], i * LANDMARK_VALUES * 4, LANDMARK_VALUES * 4)),
    };
  }

  #check(i: number, count: number, what: string): void {
    if (this.#closed) throw new Error(`Expected an open dataset, but ${this.dir} was closed`);
    if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`Expected a ${what} from 0 to ${count - 1} but received ${i}`);
  }
}

type Handles = Record<keyof typeof DATASET_FILES, number>;

function readInfo(dir: string): DatasetInfo {
  let text: string;
  try {
    text = readFileSync(join(dir, DATASET_JSON), "utf8");
  } catch (cause) {
    fail(dir, `${DATASET_JSON} cannot be read`, cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    fail(dir, `${DATASET_JSON} is no JSON`, cause);
  }
  const parsed = datasetSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    fail(dir, `${DATASET_JSON} is wrong at ${issue.path.join(".") || "its top"} (${issue.message})`, parsed.error);
  }
  let next = 0;
  for (const { file, firstSample, sampleCount } of parsed.data.photos) {
    if (firstSample !== next) fail(dir, `the samples of ${file} start at ${firstSample} instead of ${next}`);
    next += sampleCount;
  }
  return parsed.data;
}
