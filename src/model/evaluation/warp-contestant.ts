import type { FaceCrop } from "../synthesis/dataset.js";
import { weightsFromScores, type ExpressionBasis } from "../synthesis/expression-basis.js";
import { loadBasis } from "../synthesis/load-basis.js";
import { synthesizeInPlace } from "../synthesis/synthesise-photo.js";
import type { Contestant } from "./contestant.js";
import type { PhotoOnShelf, PhotoShelf } from "./photo-shelf.js";

/**
 * The baseline without a network: the photo is warped as the training data was, by the expression scores that the landmark source
 * measures in the driver's crop. It makes the truth with the same means, so it has an advantage that no real photo would give it.
 *
 * @param folder of the face basis
 * @param shelf the photos, with faces of a source that measures irises and scores (MediaPipe)
 * @throws ReenactError DATA_INVALID when the basis is none
 */
export async function warpContestant(folder: string, shelf: PhotoShelf): Promise<Contestant> {
  const basis = await loadBasis(folder);
  let last: { readonly found: PhotoOnShelf; readonly wear: ((weights: Float32Array) => FaceCrop) | undefined } | undefined;
  return {
    rows: [{ key: "warp", label: "Landmark warp by the driver's measured scores" }],
    async make({ pair, sourceReading }) {
      const found = await shelf.photoOf(pair);
      if (!found || !sourceReading?.scores) return [undefined];
      if (last?.found !== found) last = { found, wear: await prepare(basis, found) };
      return [last.wear?.(weightsFromScores(basis, sourceReading.scores)).pixels];
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

async function prepare(basis: ExpressionBasis, { photo, face }: PhotoOnShelf) {
  if (!face.blendshapes || face.points.length < 478 * 3) return undefined;
  return (await synthesizeInPlace(basis, photo, face)).wear;
}
