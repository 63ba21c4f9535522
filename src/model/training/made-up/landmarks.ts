import { LANDMARK_VALUES } from "../../synthesis/dataset-format.js";
import { LOWER_RIM, UPPER_RIM } from "../lip-rims.js";
import { EYE_HEIGHT, MIDDLE, type Curve, type FaceShape } from "./face-shape.js";
import type { Person } from "./person.js";

/** Landmarks of the MediaPipe topology along each line, from the picture's left to its right. */
const OUTER_UPPER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291], OUTER_LOWER = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291];
const UPPER_LIDS = [[33, 246, 161, 160, 159, 158, 157, 173, 133], [362, 398, 384, 385, 386, 387, 388, 466, 263]];
const LOWER_LIDS = [[33, 7, 163, 144, 145, 153, 154, 155, 133], [362, 382, 381, 380, 374, 373, 390, 249, 263]];
const BROWS_BELOW = [[46, 53, 52, 65, 55], [285, 295, 282, 283, 276]], BROWS_ABOVE = [[70, 63, 105, 66, 107], [336, 296, 334, 293, 300]];
/** From the top round the picture's right, bottom and left. */
const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162,
  21, 54, 103, 67, 109,
];
/** The nose at the heights where the registration has it. */
const NOSE: readonly (readonly [landmark: number, x: number, y: number])[] = [
  [168, 48, 17.64], [6, 48, 21.63], [197, 48, 25.36], [195, 48, 28.7], [5, 48, 33], [4, 48, 38], [98, 40.97, 42.57], [97, 45, 44], [2, 48, 44.45],
  [326, 51, 44], [327, 55.03, 42.57],
];
/** Where landmarks are put that a drawn face does not have: outside the crop they count nothing. */
const NOWHERE = -100;

/** The landmarks [468, 2] of a drawn face, in pixels of the crop. */
export function faceLandmarks(person: Person, shape: FaceShape): Float32Array {
  const points = new Float32Array(LANDMARK_VALUES).fill(NOWHERE);
  const put = (landmarks: readonly number[], curve: Curve) => landmarks.forEach((landmark, i) => points.set(curve[i], 2 * landmark));
  OVAL.forEach((landmark, i) => points.set(ovalPoint(person, shape.chin, (2 * Math.PI * i) / OVAL.length), 2 * landmark));
  put(OUTER_UPPER, shape.outerUpper);
  put(OUTER_LOWER, shape.outerLower);
  put(UPPER_RIM, shape.innerUpper);
  put(LOWER_RIM, shape.innerLower);
  for (const i of [0, 1]) {
    put(UPPER_LIDS[i], shape.upperLids[i]);
    put(LOWER_LIDS[i], shape.lowerLids[i]);
    put(BROWS_BELOW[i], shape.browsBelow[i]);
    put(BROWS_ABOVE[i], shape.browsAbove[i]);
  }
  for (const [landmark, x, y] of NOSE) points.set([x, y], 2 * landmark);
  return points;
}

/** Top of every head, above the crop. */
const TOP = -8;

/** The face's outline: half an ellipse above the eyes, another below. @param turn clockwise from the top */
function ovalPoint({ width }: Person, chin: number, turn: number): [number, number] {
  const height = Math.cos(turn) > 0 ? EYE_HEIGHT - TOP : chin - EYE_HEIGHT;
  return [MIDDLE + width * Math.sin(turn), EYE_HEIGHT - height * Math.cos(turn)];
}

/** How far inside the outline a point is: 0 at its middle, 1 on it. */
export function ovalDistance({ width }: Person, chin: number, x: number, y: number): number {
  return Math.hypot((x - MIDDLE) / width, (y - EYE_HEIGHT) / (y < EYE_HEIGHT ? EYE_HEIGHT - TOP : chin - EYE_HEIGHT));
}
