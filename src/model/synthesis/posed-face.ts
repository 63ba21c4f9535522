import { ReenactError } from "../../errors.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { VERTEX_COUNT, type ExpressionBasis } from "./expression-basis.js";
import type { Opening } from "./opening.js";
import { fitPose, type Pose } from "./pose-fit.js";

/** Points of a face with both irises. */
const POINTS = VERTEX_COUNT + 10;

/** A vector of the image: x right, y down. */
export type Vector2 = readonly [x: number, y: number];

/**
 * A face of a photo in terms of the basis. Inside the synthesis, pixel centres lie at integers: points are those of
 * {@link FaceLandmarks} less a half.
 */
export interface PosedFace {
  readonly basis: ExpressionBasis;
  /** [478, 2] pixels, irises included: those that were measured, or else where eyes that look ahead have them. */
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

/** Radius of an iris, cm: people's differ by less than a twentieth. */
const IRIS_RADIUS = 0.585;

/**
 * Finds how the head is held: the similarity that takes the canonical face wearing `current` onto the landmarks.
 *
 * @param face 478 landmarks, or 468 from a source that knows no irises
 * @param current [51] the photo's own expression
 * @throws ReenactError USAGE when there are fewer landmarks or they coincide
 */
export function poseFace(basis: ExpressionBasis, face: FaceLandmarks, current: Float32Array): PosedFace {
  const count = face.points.length / 3;
  if (count !== POINTS && count !== VERTEX_COUNT) throw new ReenactError("USAGE", `Expected 478 or 468 landmarks but received ${count}.`);
  const points = new Float64Array(POINTS * 2), depths = new Float64Array(POINTS), target = new Float64Array(VERTEX_COUNT * 3);
  for (let i = 0; i < count; i++) {
    points[2 * i] = face.points[3 * i] - 0.5;
    points[2 * i + 1] = face.points[3 * i + 1] - 0.5;
    depths[i] = face.points[3 * i + 2];
    if (i < VERTEX_COUNT) target.set([points[2 * i], -points[2 * i + 1], -depths[i]], 3 * i);
  }
  const offsets = expressionOffsets(basis, current);
  const pose = fitPose(basis.vertices.map((v, i) => v + offsets[i]), target, basis.rigidFitWeights);
  if (count === VERTEX_COUNT) basis.eyes.forEach((eye, i) => placeIris(points, depths, eye, VERTEX_COUNT + 5 * i, IRIS_RADIUS * pose.scale));
  const r = pose.rotation;
  const side = Math.hypot(r[0], r[3]);
  return { basis, points, depths, current, pose, down: [-r[1], r[4]], lateral: [r[0] / side, -r[3] / side] };
}

/** Puts an iris (centre, then right, top, left and bottom of its edge) into the middle of an eye's opening. */
function placeIris(points: Float64Array, depths: Float64Array, { upper, lower }: Opening, first: number, radius: number): void {
  const middle = upper.length >> 1, u = upper[middle], l = lower[middle];
  const x = (points[2 * u] + points[2 * l]) / 2, y = (points[2 * u + 1] + points[2 * l + 1]) / 2;
  [[0, 0], [1, 0], [0, -1], [-1, 0], [0, 1]].forEach(([dx, dy], k) => points.set([x + dx * radius, y + dy * radius], 2 * (first + k)));
  depths.fill((depths[u] + depths[l]) / 2, first, first + 5);
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
