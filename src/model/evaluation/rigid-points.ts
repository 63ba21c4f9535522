import { fitSimilarity, type Similarity } from "../geometry/similarity.js";

/** Landmarks that expressions hardly move: corners of the eyes, bridge of the nose, temples, forehead. */
const RIGID = [33, 133, 362, 263, 168, 6, 197, 195, 5, 127, 356, 10, 151, 9, 8];
const EYE_CORNERS = [33, 263] as const;

/**
 * The similarity that takes one face's rigid points onto another's.
 *
 * @param from landmarks x0, y0, z0, x1, … @param to the same of the other face
 */
export function alignRigid(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const flat = (points: ArrayLike<number>) => RIGID.flatMap((i) => [points[3 * i], points[3 * i + 1]]);
  return fitSimilarity(flat(from), flat(to));
}

/** Distance of the outer corners of the eyes in the picture. @param points landmarks x0, y0, z0, x1, … */
export function eyeDistance(points: ArrayLike<number>): number {
  const [a, b] = EYE_CORNERS;
  return Math.hypot(points[3 * a] - points[3 * b], points[3 * a + 1] - points[3 * b + 1]);
}
