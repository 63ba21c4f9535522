import type { Pixels } from "../../frame.js";
import { alignPoints } from "../geometry/alignment.js";
import { toBytes } from "../geometry/crop-bytes.js";
import { sampleCrop } from "../geometry/sample-crop.js";
import { applySimilarity, invertSimilarity } from "../geometry/similarity.js";
import type { FaceCrop } from "./dataset.js";
import { VERTEX_COUNT } from "./expression-basis.js";

/**
 * The aligned 96×96 crop of a face, sampled as the network will later see it, in 8 bits.
 *
 * @param points x0, y0, … of at least 468 landmarks, pixel centres at .5
 * @param stride numbers per landmark
 * @param toImage where the crop lies: by default aligned by the landmarks themselves
 */
export function cropFace(image: Pixels, points: ArrayLike<number>, stride: number, toImage = alignPoints(points, stride)): FaceCrop {
  const toCrop = invertSimilarity(toImage);
  const pixels = toBytes(sampleCrop(image, toImage));
  const landmarks = new Float32Array(VERTEX_COUNT * 2);
  for (let i = 0; i < VERTEX_COUNT; i++) landmarks.set(applySimilarity(toCrop, points[stride * i], points[stride * i + 1]), 2 * i);
  return { pixels, landmarks };
}
