import type { FaceLandmarks } from "../landmarks/face.js";
import { VERTEX_COUNT, type ExpressionBasis } from "./expression-basis.js";
import { fitPose, type Pose } from "./pose-fit.js";

/** A vector of the image: x right, y down. */
export type Vector2 = readonly [x: number, y: number];

/**
 * A face of a photo in terms of the basis. Inside the synthesis, pixel centres lie at integers: points are those of
 * {@link FaceLandmarks} less a half.
 */
export interface PosedFace {
  readonly basis: ExpressionBasis;
  /** [478, 2] pixels, irises included. */
  readonly points: Float64Array;
  /** [478] pixels, smaller is nearer. */
  readonly depths: Float64Array;
  /** [51] what the photo shows. */
  readonly current: Float32Array;
  /** From canonical space to (x, −y, −z) in pixels. */
  readonly pose: Pose;
  /** The canonical "down" seen in the image; shorter than 1 when the face looks up or down. */
  readonly down: Vector2;
  /** The canonical "left" seen in the image, length 1. */
  readonly lateral: Vector2;
}

/**
 * Finds how the head is held: the similarity that takes the canonical face wearing `current` onto the landmarks.
 *
 * @param current [51] the photo's own expression
 * @throws RangeError when the landmarks have no irises or coincide
 */
export function poseFace(basis: ExpressionBasis, face: FaceLandmarks, current: Float32Array): PosedFace {
  const count = face.points.length / 3;
  if (count < 478) throw new RangeError(`Expected 478 landmarks with irises but received ${count}`);
  const points = new Float64Array(count * 2), depths = new Float64Array(count), target = new Float64Array(VERTEX_COUNT * 3);
  for (let i = 0; i < count; i++) {
    points[2 * i] = face.points[3 * i] - 0.5;
    points[2 * i + 1] = face.points[3 * i + 1] - 0.5;
    depths[i] = face.points[3 * i + 2];
    if (i < VERTEX_COUNT) target.set([points[2 * i], -points[2 * i + 1], -depths[i]], 3 * i);
  }
  const offsets = expressionOffsets(basis, current);
  const pose = fitPose(basis.vertices.map((v, i) => v + offsets[i]), target, basis.rigidFitWeights);
  const r = pose.rotation;
  const side = Math.hypot(r[0], r[3]);
  return { basis, points, depths, current, pose, down: [-r[1], r[4]], lateral: [r[0] / side, -r[3] / side] };
}

/**
 * Σ weight · delta over the blendshapes.
 *
 * @param weights [51], of either sign
 * @returns [468, 3] cm
 */
export function expressionOffsets(basis: ExpressionBasis, weights: ArrayLike<number>): Float64Array {
  const size = VERTEX_COUNT * 3;
  const sum = new Float64Array(size);
  for (let k = 0; k < basis.blendshapes.length; k++) {
    const weight = weights[k];
    if (weight === 0) continue;
    for (let i = 0, j = k * size; i < size; i++, j++) sum[i] += weight * basis.deltas[j];
  }
  return sum;
}

/** The image's view of a canonical displacement (dx, dy, dz) in cm: pixels, y down. */
export function projectVector({ scale, rotation: r }: Pose, dx: number, dy: number, dz: number): Vector2 {
  return [scale * (r[0] * dx + r[1] * dy + r[2] * dz), -scale * (r[3] * dx + r[4] * dy + r[5] * dz)];
}
