import { alignPoints, CROP_SIZE } from "../geometry/alignment.js";
import { applySimilarity, invertSimilarity } from "../geometry/similarity.js";
import type { FaceLandmarks } from "../landmarks/face.js";

/** What a face does, from its landmarks alone; lengths are shares of the registered crop's side, so that size and roll do not matter. */
export interface ExpressionMeasures {
  /** Gap between the inner lips. */
  readonly mouthOpen: number;
  /** Width of the mouth plus how far its corners lie above the middle of the upper lip, which the jaw does not move. */
  readonly smile: number;
  /** Height of the eye openings by their width, mean of both. */
  readonly eyesOpen: number;
  /** Height of the brows above the eyes' corners. */
  readonly browsUp: number;
}

/** Measures a face of the 468-point topology. @throws ReenactError USAGE when the landmarks coincide */
export function measureExpression(face: FaceLandmarks): ExpressionMeasures {
  const toCrop = invertSimilarity(alignPoints(face.points, 3));
  const at = (i: number) => applySimilarity(toCrop, face.points[3 * i], face.points[3 * i + 1]);
  const distance = (i: number, j: number) => Math.hypot(at(i)[0] - at(j)[0], at(i)[1] - at(j)[1]);
  const height = (...ids: number[]) => ids.reduce((sum, i) => sum + at(i)[1], 0) / ids.length;
  const eye = (upper: number, lower: number, outer: number, inner: number) => distance(upper, lower) / distance(outer, inner);
  return {
    mouthOpen: distance(13, 14) / CROP_SIZE,
    smile: (distance(61, 291) + height(0) - height(61, 291)) / CROP_SIZE,
    eyesOpen: (eye(159, 145, 33, 133) + eye(386, 374, 263, 362)) / 2,
    browsUp: (height(33, 133, 263, 362) - height(105, 66, 334, 296)) / CROP_SIZE,
  };
}
