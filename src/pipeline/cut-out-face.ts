import type { Pixels } from "../frame.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { Similarity } from "../model/geometry/similarity.js";
import { toBytes } from "../model/geometry/crop-bytes.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { boxOf } from "../model/landmarks/pick-face.js";

/** Side of a face in a strip, pixels. */
export const CUT_SIDE = 160;
/** The face's box is shown with so many times its size. */
const ROOM = 1.5;

/** Where the faces of a clip are cut out: round this one, so that a head that moves is seen to. */
export function cutOf(face: FaceLandmarks): Similarity {
  const { x, y, width, height } = boxOf(face), side = ROOM * Math.max(width, height);
  return { a: side / CUT_SIDE, b: 0, tx: x + (width - side) / 2, ty: y + (height - side) / 2 };
}

/** @returns [160, 160, 3] RGB */
export function cutOutFace(picture: Pixels, cut: Similarity): Uint8Array {
  return toBytes(sampleCrop(picture, cut, CUT_SIDE));
}
