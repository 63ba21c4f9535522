import type { Pixels } from "../../frame.js";
import { alignFace } from "../geometry/alignment.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { cropFace } from "./crop-face.js";
import type { FaceCrop } from "./dataset.js";
import type { ExpressionBasis } from "./expression-basis.js";
import { FaceSynthesizer } from "./face-synthesizer.js";
import { shrink } from "./read-rgb.js";

/** Pixels of the photo per pixel of the crop at which faces are rendered: enough for a crop without aliasing, and quick. */
const RENDER_SCALE = 2;

/** All a dataset keeps of one photo. */
export interface PhotoCrops {
  readonly original: FaceCrop;
  /** [96, 96, 3] */
  readonly identity: Uint8Array;
  /** [51] */
  readonly oldWeights: Float32Array;
  /** One for every expression. */
  readonly samples: readonly FaceCrop[];
}

/**
 * Gives a photo's person each of the expressions.
 *
 * @param face landmarks with irises and blendshape scores
 * @param expressions [51] each
 */
export async function synthesisePhoto(
  basis: ExpressionBasis, photo: Pixels, face: FaceLandmarks, expressions: readonly Float32Array[],
): Promise<PhotoCrops> {
  const { synthesizer, frame, wear } = await synthesizeInPlace(basis, photo, face);
  const neutral = synthesizer.landmarks(new Float32Array(basis.blendshapes.length));
  return {
    original: cropFace(photo, face.points, 3),
    identity: cropFace(synthesizer.identityMap(), neutral, 2, frame).pixels,
    oldWeights: synthesizer.currentWeights,
    samples: expressions.map(wear),
  };
}

/**
 * A photo's person ready to wear expressions, cropped where the photo's own crop lies: there they are put back into the photo, so that what no
 * expression moves stands still. (Aligned by landmarks of their own, they would shift by half a pixel on average.)
 *
 * @param face landmarks with irises and blendshape scores
 */
export async function synthesizeInPlace(basis: ExpressionBasis, photo: Pixels, face: FaceLandmarks) {
  const small = await fitToCrop(photo, face);
  const synthesizer = new FaceSynthesizer(basis, small.photo, small.face), frame = alignFace(small.face);
  const wear = (weights: Float32Array): FaceCrop => cropFace(synthesizer.render(weights), synthesizer.landmarks(weights), 2, frame);
  return { synthesizer, frame, wear };
}

/** Scales a photo down until a face pixel is half a crop pixel; smaller faces stay as they are. */
async function fitToCrop(photo: Pixels, face: FaceLandmarks): Promise<{ photo: Pixels; face: FaceLandmarks }> {
  const { a, b } = alignFace(face);
  const factor = RENDER_SCALE / Math.hypot(a, b);
  if (factor > 0.95) return { photo, face };
  const width = Math.max(1, Math.round(photo.width * factor)), height = Math.max(1, Math.round(photo.height * factor));
  const scales = [width / photo.width, height / photo.height, factor];
  return { photo: await shrink(photo, width, height), face: { ...face, points: face.points.map((value, i) => value * scales[i % 3]) } };
}
