import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { MANY_FACES, pickFace } from "../landmarks/pick-face.js";
import type { LandmarkSource } from "../landmarks/source.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import { readRgb } from "../synthesis/read-rgb.js";
import type { EvaluationPair } from "./evaluation-pair.js";

/** A photo at its own resolution, and the face in it. */
export interface PhotoOnShelf {
  readonly photo: Pixels;
  readonly face: FaceLandmarks;
}

/** The photos that a dataset was built from, of which it keeps small crops alone. The last one that was asked for stays in memory. */
export class PhotoShelf {
  readonly #folder: string;
  readonly #dataset: FaceDataset;
  readonly #landmarks: LandmarkSource;
  #last: { readonly target: number; readonly found: PhotoOnShelf | undefined } | undefined;

  /** @param folder where the dataset's photos are @param dataset the dataset; pairs of another one have no photo here */
  constructor(folder: string, dataset: FaceDataset, landmarks: LandmarkSource) {
    this.#folder = folder;
    this.#dataset = dataset;
    this.#landmarks = landmarks;
  }

  /**
   * The photo that a pair moves; the same object for as long as pairs of that photo follow one another.
   *
   * @returns undefined for a pair of another dataset, and where no face is found
   * @throws ReenactError DATA_INVALID when the photo cannot be read
   */
  async photoOf({ dataset, target }: EvaluationPair): Promise<PhotoOnShelf | undefined> {
    if (dataset !== this.#dataset) return undefined;
    if (this.#last?.target !== target) this.#last = { target, found: await this.#read(join(this.#folder, dataset.info.photos[target].file)) };
    return this.#last.found;
  }

  async #read(path: string): Promise<PhotoOnShelf | undefined> {
    const photo = await readRgb(path).catch((cause: unknown) => {
      throw new ReenactError("DATA_INVALID", `Expected the photo ${path}, which the dataset was built from, but it cannot be read: point --photos at the folder it came from.`, { cause });
    });
    const face = pickFace(await this.#landmarks.detect(photo, { maxFaces: MANY_FACES }), "largest");
    return face && { photo, face };
  }
}
