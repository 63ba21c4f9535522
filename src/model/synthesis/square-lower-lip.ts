import { clamp01 } from "../geometry/kernels.js";
import { VERTEX_COUNT } from "./expression-basis.js";

/** Where the canonical lower lip ends and the chin does, cm. */
const LIP_BOTTOM = -5.57, CHIN = -9.4;
/** What is left of the motion at the chin; the basis draws it down by half of what the lip goes, as only a jaw does. */
const CHIN_SHARE = 0.2;
/** The muscle pulls beside the middle (cm from it): the lip goes down and outwards there, and its middle a little less. */
const PULL_AT = 1.4, PULL_WIDTH = 0.7, PULL_DOWN = 0.3, PULL_OUT = 0.2;
const MIDDLE_WIDTH = 0.6, MIDDLE_HEIGHT = 0.5, MIDDLE_Y = -5.37, MIDDLE_UP = 0.2;

/**
 * Makes of a lower lip that hangs one that is drawn down squarely, with the chin in place: what the blendshape is in people who show their
 * lower teeth, and what MediaPipe scores (by landmarks, .82 instead of .24 at the same strength).
 *
 * @param delta [468, 3] cm of mouthLowerDownLeft or mouthLowerDownRight; changed in place
 * @param vertices [468, 3] cm
 * @param side 1 left, −1 right
 */
export function squareLowerLip(delta: Float32Array, vertices: ArrayLike<number>, side: 1 | -1): void {
  let largest = 0;
  for (let v = 0; v < VERTEX_COUNT; v++) largest = Math.max(largest, Math.abs(delta[3 * v + 1]));
  for (let v = 0; v < VERTEX_COUNT; v++) {
    const x = vertices[3 * v] * side, y = vertices[3 * v + 1];
    const share = Math.abs(delta[3 * v + 1]) / largest;
    const t = clamp01((LIP_BOTTOM - y) / (LIP_BOTTOM - CHIN));
    const skin = 1 - (1 - CHIN_SHARE) * t * t * (3 - 2 * t);
    const pull = share * bell((x - PULL_AT) / PULL_WIDTH);
    delta[3 * v] += side * PULL_OUT * pull;
    delta[3 * v + 1] = skin * delta[3 * v + 1] - PULL_DOWN * pull
      + MIDDLE_UP * share * bell(x / MIDDLE_WIDTH) * bell((y - MIDDLE_Y) / MIDDLE_HEIGHT);
    delta[3 * v + 2] *= skin;
  }
}

function bell(d: number): number {
  return Math.exp(-d * d);
}
