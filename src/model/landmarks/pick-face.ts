import { ReenactError } from "../../errors.js";
import type { FaceLandmarks } from "./face.js";

/** Which of several faces is meant: the largest, or the n-th from the left, counting from 1. */
export type FaceChoice = "largest" | number;

/** To choose among faces, a source must be asked for all of them: this many at most. */
export const MANY_FACES = 8;

/** Where a face is, pixels. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The face that is meant, or undefined when there are not so many.
 *
 * @throws ReenactError USAGE when `choice` is neither "largest" nor a whole number from 1 on
 */
export function pickFace(faces: readonly FaceLandmarks[], choice: FaceChoice): FaceLandmarks | undefined {
  if (choice === "largest") return [...faces].sort((a, b) => area(b) - area(a)).at(0);
  if (!Number.isInteger(choice) || choice < 1) {
    throw new ReenactError("USAGE", `Expected "largest" or a number from 1 on for \`face\` but received ${choice}.`);
  }
  return fromLeft(faces).at(choice - 1);
}

/** Faces in the order in which they are counted: by their middle, from the left. */
export function fromLeft(faces: readonly FaceLandmarks[]): FaceLandmarks[] {
  const centre = (face: FaceLandmarks) => 2 * boxOf(face).x + boxOf(face).width;
  return [...faces].sort((a, b) => centre(a) - centre(b));
}

function area(face: FaceLandmarks): number {
  const { width, height } = boxOf(face);
  return width * height;
}

/** The box around a face's landmarks, in their pixels. */
export function boxOf({ points }: FaceLandmarks): FaceBox {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < points.length; i += 3) {
    left = Math.min(left, points[i]); right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]); bottom = Math.max(bottom, points[i + 1]);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
