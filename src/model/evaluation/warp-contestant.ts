import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import { MANY_FACES, pickFace } from "../landmarks/pick-face.js";
import type { LandmarkSource } from "../landmarks/source.js";
import { cropFace } from "../synthesis/crop-face.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import { weightsFromScores, type ExpressionBasis } from "../synthesis/expression-basis.js";
import { FaceSynthesizer } from "../synthesis/face-synthesizer.js";
import { loadBasis } from "../synthesis/load-basis.js";
import { readRgb } from "../synthesis/read-rgb.js";
import { fitToCrop } from "../synthesis/synthesise-photo.js";
import type { Contestant } from "./contestant.js";

/** What the landmark warp needs besides the dataset. */
export interface WarpEntry {
  /** Folder of the photos that the dataset was built from. */
  readonly photos: string;
  /** Folder of the face basis. */
  readonly basis: string;
  /** The dataset; pairs of another one are passed over. */
  readonly dataset: FaceDataset;
}

/**
 * The baseline without a network: the photo is warped as the training data was, by the expression scores that the landmark source
 * measures in the driver's crop. It makes the truth with the same means, so it has an advantage that no real photo would give it.
 *
 * @param landmarks must measure irises and scores (MediaPipe)
 * @throws ReenactError DATA_INVALID when the basis is none
 */
export async function warpContestant({ photos, basis: folder, dataset }: WarpEntry, landmarks: LandmarkSource): Promise<Contestant> {
  const basis = await loadBasis(folder);
  let last: { file: string; synthesizer: FaceSynthesizer | undefined } | undefined;
  return {
    rows: [{ key: "warp", label: "Landmark warp by the driver's measured scores" }],
    async make({ pair, sourceReading }) {
      if (pair.dataset !== dataset) return [undefined];
      const { file } = pair.dataset.info.photos[pair.target];
      if (last?.file !== file) last = { file, synthesizer: await prepare(basis, join(photos, file), landmarks) };
      if (!last.synthesizer || !sourceReading?.scores) return [undefined];
      const weights = weightsFromScores(basis, sourceReading.scores);
      return [cropFace(last.synthesizer.render(weights), last.synthesizer.landmarks(weights), 2).pixels];
    },
    close: async () => {},
  };
}

async function prepare(basis: ExpressionBasis, path: string, landmarks: LandmarkSource): Promise<FaceSynthesizer | undefined> {
  const image = await readRgb(path).catch((cause: unknown) => {
    throw new ReenactError("DATA_INVALID", `Expected the photo ${path}, which the dataset was built from, but it cannot be read: point --photos at the folder it came from.`, { cause });
  });
  const face = pickFace(await landmarks.detect(image, { maxFaces: MANY_FACES }), "largest");
  if (!face?.blendshapes || face.points.length < 478 * 3) return undefined;
  const small = await fitToCrop(image, face);
  return new FaceSynthesizer(basis, small.photo, small.face);
}
