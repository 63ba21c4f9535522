import type { FaceLandmarks } from "../landmarks/face.js";
import { fitSimilarity, type Similarity } from "./similarity.js";

/** Side of the aligned crop in pixels (AIP-GAN, section 4: "aligned, cropped, 96×96"). */
export const CROP_SIZE = 96;

/**
 * Where the registration points lie in the 96×96 crop: [landmark, x, y, weight]. They are the corners of the eyes and the bridge and
 * base of the nose, which expressions hardly move, at the positions of MediaPipe's canonical face at 5 pixels per centimetre,
 * the crop reaching from 6.8 cm above to 12.4 cm below the origin: an open mouth and the chin stay inside.
 */
const REGISTRATION: readonly (readonly [landmark: number, x: number, y: number, weight: number])[] = [
  [33, 25.77, 20.68, 2],
  [133, 38.72, 21.07, 2],
  [362, 57.28, 21.07, 2],
  [263, 70.23, 20.68, 2],
  [168, 48.00, 17.64, 2],
  [6, 48.00, 21.63, 2],
  [197, 48.00, 25.36, 1],
  [195, 48.00, 28.70, 1],
  [2, 48.00, 44.45, 1],
  [98, 40.97, 42.57, 0.5],
  [327, 55.03, 42.57, 0.5],
];

/**
 * The similarity that takes pixels of the 96×96 crop to pixels of the image the face was found in.
 *
 * @throws ReenactError USAGE when the landmarks coincide
 */
export function alignFace(face: FaceLandmarks): Similarity {
  return alignPoints(face.points, 3);
}

/** {@link alignFace} for bare landmarks: `stride` numbers a point, x and y first. */
export function alignPoints(points: ArrayLike<number>, stride: number): Similarity {
  const from: number[] = [], to: number[] = [], weights: number[] = [];
  for (const [landmark, x, y, weight] of REGISTRATION) {
    from.push(x, y);
    to.push(points[landmark * stride], points[landmark * stride + 1]);
    weights.push(weight);
  }
  return fitSimilarity(from, to, weights);
}
