import type { Vector2 } from "../synthesis/posed-face.js";
import type { HeadRotation } from "./head-field.js";

/** How a face is held: its rotation, and which way its chin points in the picture. */
export interface Held {
  /** [3, 3] canonical to the picture's right, up and towards the viewer, row by row. */
  readonly rotation: ArrayLike<number>;
  /** The canonical "down" seen in the picture; shorter than 1 when the face looks up or down. */
  readonly down: Vector2;
}

/**
 * A photo's face after the head has turned.
 *
 * @param own the photo's [3, 3]
 * @param turn the head's, in the picture's right, down and towards the viewer
 */
export function turnedRotation(own: ArrayLike<number>, turn: HeadRotation): Held {
  const a = [turn[0] + 1, -turn[1], turn[2]], b = [-turn[3], turn[4] + 1, -turn[5]];
  const head = [...a, ...b, a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const rotation = new Float64Array(9);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 3; k++) rotation[3 * i + j] += head[3 * i + k] * own[3 * k + j];
  return { rotation, down: [-rotation[1], rotation[4]] };
}
