import type { Pixels } from "../../src/frame.js";
import { clamp01 } from "../../src/model/geometry/kernels.js";
import { sampleBicubic } from "../../src/model/synthesis/sample-image.js";
import type { HeadPose } from "./act.js";

/** Where the head is in the still, pixels. */
export interface HeadPlace {
  /** The middle of the face. */
  readonly x: number;
  readonly y: number;
  /** Half of the face's width, of the forehead's top to the chin. */
  readonly width: number;
  readonly height: number;
}

/** The head's place by the landmarks round the face. */
export function headPlace(points: ArrayLike<number>, stride: number, faceOval: readonly number[]): HeadPlace {
  const xs = faceOval.map((v) => points[v * stride]), ys = faceOval.map((v) => points[v * stride + 1]);
  const left = Math.min(...xs), right = Math.max(...xs), top = Math.min(...ys), bottom = Math.max(...ys);
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: (right - left) / 2, height: (bottom - top) / 2 };
}

/**
 * Moves the head: shift, roll about the neck and zoom fade from the chin down to the shoulders, which stand still; yaw shifts what is
 * nearer to the camera more, as if the face were half an ellipsoid. Beyond the picture its border repeats.
 *
 * @returns [height, width, 3]
 */
export function moveHead(picture: Pixels, place: HeadPlace, pose: HeadPose): Uint8Array {
  const { width, height } = picture, neck = place.y + 1.15 * place.height;
  const cos = Math.cos(pose.roll) / pose.zoom, sin = Math.sin(pose.roll) / pose.zoom;
  const result = new Uint8ClampedArray(3 * width * height), row = new Float32Array(3 * width);
  const still = height - 1, chin = place.y + 0.8 * place.height;
  for (let y = 0; y < height; y++) {
    const down = clamp01((y - chin) / (still - chin));
    const share = (1 - down) ** 2 * (1 + 2 * down);
    for (let x = 0; x < width; x++) {
      const u = (x - place.x) / (1.5 * place.width), v = (y - place.y) / (1.5 * place.height);
      const depth = Math.max(0, 1 - u * u - v * v);
      const parallax = place.width * pose.yaw * depth * depth * (3 - 2 * depth);
      const dx = x - place.x - pose.x * width - parallax, dy = y - neck - pose.y * height;
      const sourceX = cos * dx + sin * dy + place.x, sourceY = cos * dy - sin * dx + neck;
      sampleBicubic(picture.data, width, height, x + share * (sourceX - x), y + share * (sourceY - y), row, 3 * x);
    }
    result.set(row, 3 * width * y);
  }
  return new Uint8Array(result.buffer);
}
