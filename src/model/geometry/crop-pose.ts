import { CROP_SIZE } from "./alignment.js";
import type { Similarity } from "./similarity.js";

/** The same information as a crop's {@link Similarity}, in terms that can be averaged: where, how large, how tilted. */
export interface CropPose {
  /** Where the crop's centre lies in the image, pixels. */
  readonly x: number;
  readonly y: number;
  /** Natural logarithm of image pixels per crop pixel. */
  readonly logScale: number;
  /** Radians, −π…π. */
  readonly rotation: number;
}

/** Root mean square distance of the crop's pixels from its centre, in crop pixels: what a turn or a growth of 1 moves them by. */
export const CROP_RADIUS = CROP_SIZE / Math.sqrt(6);

/** Takes a transform apart. */
export function poseOf({ a, b, tx, ty }: Similarity): CropPose {
  const half = CROP_SIZE / 2;
  return { x: a * half - b * half + tx, y: b * half + a * half + ty, logScale: Math.log(Math.hypot(a, b)), rotation: Math.atan2(b, a) };
}

/** Puts a transform together again: the inverse of {@link poseOf}. */
export function similarityOf({ x, y, logScale, rotation }: CropPose): Similarity {
  const half = CROP_SIZE / 2, scale = Math.exp(logScale);
  const a = scale * Math.cos(rotation), b = scale * Math.sin(rotation);
  return { a, b, tx: x - (a * half - b * half), ty: y - (b * half + a * half) };
}

/** An angle brought into −π…π. */
export function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

/** How far two poses lie apart: the root mean square shift of the crop's pixels, in crop pixels at the size of `from`. */
export function poseDistance(from: CropPose, to: CropPose): number {
  const scale = Math.exp(from.logScale);
  return Math.hypot(
    (to.x - from.x) / scale,
    (to.y - from.y) / scale,
    CROP_RADIUS * (to.logScale - from.logScale),
    CROP_RADIUS * wrapAngle(to.rotation - from.rotation),
  );
}
