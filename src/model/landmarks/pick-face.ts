import type { FaceLandmarks } from "./face.js";

/** Which of several faces is meant: the largest, or the n-th from the left, counting from 1. */
export type FaceChoice = "largest" | number;

/** To choose among faces, a source must be asked for all of them: this many at most. */
export const MANY_FACES = 8;

/**
 * The face that is meant, or undefined when there are not so many.
 *
 * @throws RangeError when `choice` is neither "largest" nor a whole number from 1 on
 */
export function pickFace(faces: readonly FaceLandmarks[], choice: FaceChoice): FaceLandmarks | undefined {
  if (choice === "largest") return [...faces].sort((a, b) => area(b) - area(a)).at(0);
  if (!Number.isInteger(choice) || choice < 1) {
    throw new RangeError(`Expected "largest" or a number from 1 on for \`face\` but received ${choice}`);
  }
  return [...faces].sort((a, b) => boxOf(a).centre - boxOf(b).centre).at(choice - 1);
}

function area(face: FaceLandmarks): number {
  const { width, height } = boxOf(face);
  return width * height;
}

function boxOf({ points }: FaceLandmarks): { centre: number; width: number; height: number } {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < points.length; i += 3) {
    left = Math.min(left, points[i]); right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]); bottom = Math.max(bottom, points[i + 1]);
  }
  return { centre: (left + right) / 2, width: right - left, height: bottom - top };
}
