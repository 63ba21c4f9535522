import { alignFace } from "../geometry/alignment.js";
import type { Similarity } from "../geometry/similarity.js";
import { cropFace } from "../synthesis/crop-face.js";
import { weightsFromScores, type ExpressionBasis } from "../synthesis/expression-basis.js";
import { FaceSynthesizer } from "../synthesis/face-synthesizer.js";
import { loadBasis } from "../synthesis/load-basis.js";
import { fitToCrop } from "../synthesis/synthesise-photo.js";
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
  let last: { readonly found: PhotoOnShelf; readonly synthesizer?: FaceSynthesizer; readonly frame?: Similarity } | undefined;
  return {
    rows: [{ key: "warp", label: "Landmark warp by the driver's measured scores" }],
    async make({ pair, sourceReading }) {
      const found = await shelf.photoOf(pair);
      if (!found || !sourceReading?.scores) return [undefined];
      if (last?.found !== found) last = { found, ...await prepare(basis, found) };
      if (!last.synthesizer) return [undefined];
      const weights = weightsFromScores(basis, sourceReading.scores);
      return [cropFace(last.synthesizer.render(weights), last.synthesizer.landmarks(weights), 2, last.frame).pixels];
    },
    close: async () => {},
  };
}

async function prepare(basis: ExpressionBasis, { photo, face }: PhotoOnShelf): Promise<{ synthesizer?: FaceSynthesizer; frame?: Similarity }> {
  if (!face.blendshapes || face.points.length < 478 * 3) return {};
  const small = await fitToCrop(photo, face);
  return { synthesizer: new FaceSynthesizer(basis, small.photo, small.face), frame: alignFace(small.face) };
}
