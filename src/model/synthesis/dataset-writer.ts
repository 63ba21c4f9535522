import { open, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { DATASET_FILES, DATASET_JSON, LANDMARK_VALUES, type DatasetInfo } from "./dataset-format.js";
import type { SampledExpression } from "./expression-sampler.js";
import type { PhotoCrops } from "./synthesise-photo.js";

const FACE_BYTES = 96 * 96 * 3;

/** Writes the arrays of a dataset in any order of photos. */
export class DatasetWriter implements AsyncDisposable {
  private constructor(
    private readonly dir: string,
    private readonly info: DatasetInfo,
    private readonly files: Readonly<Record<keyof typeof DATASET_FILES, FileHandle>>,
  ) {}

  /**
   * Opens the arrays in an empty folder and writes what all photos share.
   *
   * @param shading [51, 468] of `landmarkShading`; left out: faces without folds
   */
  static async create(
    dir: string, info: DatasetInfo, pool: readonly SampledExpression[], shading: Float32Array = new Float32Array((info.blendshapes.length * LANDMARK_VALUES) / 2),
  ): Promise<DatasetWriter> {
    const handles = await Promise.all(Object.entries(DATASET_FILES).map(async ([name, file]) => [name, await open(join(dir, file), "wx")]));
    const writer = new DatasetWriter(dir, info, Object.fromEntries(handles));
    await write(writer.files.pool, Float32Array.from(pool.flatMap(({ weights, label }) => [...weights, ...label])), 0);
    await write(writer.files.landmarkShading, shading, 0);
    return writer;
  }

  /**
   * @param photo its place in `info.photos`
   * @param worn the pool entries of its samples
   */
  async writePhoto(photo: number, worn: readonly number[], { original, identity, oldWeights, samples }: PhotoCrops): Promise<void> {
    const { firstSample } = this.info.photos[photo], { files } = this;
    await Promise.all([
      write(files.samples, Int32Array.from(worn.flatMap((entry) => [photo, entry])), firstSample * 8),
      write(files.identity, identity, photo * FACE_BYTES),
      write(files.originals, original.pixels, photo * FACE_BYTES),
      write(files.originalLandmarks, original.landmarks, photo * LANDMARK_VALUES * 4),
      write(files.oldWeights, oldWeights, photo * oldWeights.byteLength),
      ...samples.flatMap(({ pixels, landmarks }, k) => [
        write(files.faces, pixels, (firstSample + k) * FACE_BYTES),
        write(files.landmarks, landmarks, (firstSample + k) * LANDMARK_VALUES * 4),
      ]),
    ]);
  }

  /** Writes the description: the dataset is complete. */
  async writeInfo(): Promise<void> {
    await writeFile(join(this.dir, DATASET_JSON), `${JSON.stringify(this.info, null, 1)}\n`);
  }

  /** Closes the arrays; may be called more than once. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.files).map((file) => file.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** All of an array at a byte position. */
async function write(file: FileHandle, values: ArrayBufferView, position: number): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
