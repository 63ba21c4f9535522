import { CROP_SIZE } from "../geometry/alignment.js";
import type { Roi } from "../landmarks/roi.js";
import { sampleRoi } from "../landmarks/sample-roi.js";

/**
 * What the judges see of a registered crop: the face from the hairline to the chin. The crop's corners (hair, clothes, background) are
 * left out, because every method copies them from the photo and would be praised for it.
 */
const FACE: Roi = { x: 48, y: 42, size: 80, angle: 0 };

/**
 * The face of a registered crop, enlarged to what a model reads.
 *
 * @param crop [96, 96, 3] RGB
 * @param side of the result, pixels
 * @param range what black and white become
 * @returns red, green and blue planes one after the other, each [side, side]
 */
export function faceSquare(crop: Uint8Array, side: number, range: readonly [black: number, white: number]): Float32Array {
  return sampleRoi({ data: crop, width: CROP_SIZE, height: CROP_SIZE }, FACE, { side, range, border: "edge" });
}
