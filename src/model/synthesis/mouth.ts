import type { Pixels } from "../../frame.js";
import { blendPixel, type Canvas, type Plane } from "./canvas.js";
import type { TeethSprite } from "./expression-basis.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { polygonCoverage } from "./polygon-coverage.js";
import type { PosedFace } from "./posed-face.js";
import { effectiveWeights } from "./response.js";
import { openingPolygon, rimLine } from "./rim-line.js";
import type { SkinTone } from "./skin-tone.js";
import { archDepth, layTeeth } from "./teeth.js";

const CAVITY = [58, 22, 30] as const, TONGUE = [165, 84, 88] as const;
/** Gaps (cm) from which the mouth counts as open, in the result and in the photo. */
const OPEN = 0.06, OPEN_IN_PHOTO = 0.35;
/** The basis' upper teeth hang this much too high behind real lips (cm). */
const UPPER_TEETH_DROP = 0.3;
const LIP_MIDDLE = [13, 14] as const, LEFT_CORNER = 308, RIGHT_CORNER = 78;

/** What the mouths of one face have in common. */
export interface MouthParts {
  /** Prefiltered for the face's scale. */
  readonly upperTeeth: TeethSprite;
  readonly lowerTeeth: TeethSprite;
  /** [468, 2] displacement to the neutral expression: the teeth are placed by the closed lips. */
  readonly toNeutral: Float64Array;
  readonly tone: SkinTone;
}

/**
 * Paints the inside of the mouth between the displaced lips: a dark cavity, the tongue, the lower teeth going with the jaw, the upper
 * teeth fixed to the skull, shaded by the lips. Where the photo's own mouth is open its interior is kept.
 *
 * @param target [≥ 468, 2] landmarks after the displacement
 * @param weights [51] the new expression
 */
export function paintMouth(
  canvas: Canvas, image: Pixels, face: PosedFace, parts: MouthParts, target: Float64Array, weights: ArrayLike<number>, detail: number,
): void {
  const { lips } = face.basis, { scale } = face.pose;
  const gaps = gapsOf(face, target);
  if (Math.max(...gaps) < OPEN * scale) return;
  const points = uncrossedLips(face, target, gaps);
  const mask = polygonCoverage(openingPolygon(points, lips), 4 * detail, canvas);
  gaussianBlur(mask.data, mask.width, mask.height, 0.7 * detail);

  const upper = rimLine(points, lips.upper), lower = rimLine(points, lips.lower);
  const leftEdge = points[2 * RIGHT_CORNER], rightEdge = points[2 * LEFT_CORNER];
  const own = ownInterior(canvas, face);
  const jaw = jawMotion(face, weights);
  const toArch = archCoordinates(face, parts.toNeutral);
  const brightness = Math.min(1.12, Math.max(0.35, parts.tone.luminance / 150));
  const tongueHeight = 0.25 + 0.45 * Math.min(1, -jaw[1] / 3);
  const colour = new Float32Array(3);
  for (let i = 0; i < mask.data.length; i++) {
    const opacity = mask.data[i];
    if (opacity <= 0.004) continue;
    const x = mask.x + (i % mask.width), y = mask.y + Math.floor(i / mask.width);
    const [ax, ay] = toArch(x, y);
    const lx = ax - jaw[0], ly = ay - jaw[1];
    const spread = Math.min(9, (lx / 1.75) ** 2 + ((ly + 4.28) / tongueHeight) ** 2);
    const tongue = Math.exp(-spread * spread);
    for (let c = 0; c < 3; c++) colour[c] = brightness * (CAVITY[c] * (1 - tongue) + 0.75 * TONGUE[c] * tongue);
    layTeeth(colour, parts.lowerTeeth, lx, ly, 0.8 * brightness);
    layTeeth(colour, parts.upperTeeth, ax, ay + UPPER_TEETH_DROP, 0.95 * brightness);

    const occlusion = (0.55 + 0.45 * clamp01((y - upper(x)) / (0.28 * scale)))
      * (0.75 + 0.25 * clamp01((lower(x) - y) / (0.2 * scale)))
      * (0.5 + 0.5 * clamp01(Math.min(x - leftEdge, rightEdge - x) / (0.7 * scale)));
    for (let c = 0; c < 3; c++) colour[c] *= occlusion * parts.tone.cast[c];
    if (own) mixOwn(colour, image, own, x, y, Math.min(1, occlusion + 0.25));
    blendPixel(canvas, x, y, colour[0], colour[1], colour[2], opacity);
  }
}

/** Signed distance of every pair of the inner lips, positive when open, pixels. */
function gapsOf(face: PosedFace, points: Float64Array): number[] {
  const { upper, lower } = face.basis.lips, [dx, dy] = face.down;
  return upper.map((u, k) => (points[2 * lower[k]] - points[2 * u]) * dx + (points[2 * lower[k] + 1] - points[2 * u + 1]) * dy);
}

/** Lips that cross are drawn back to where they touch, so that the outline never folds. */
function uncrossedLips(face: PosedFace, target: Float64Array, gaps: readonly number[]): Float64Array {
  const points = target.slice();
  gaps.forEach((gap, k) => {
    if (gap >= 0) return;
    for (const [v, share] of [[face.basis.lips.lower[k], -0.5], [face.basis.lips.upper[k], 0.5]]) {
      points[2 * v] += share * gap * face.down[0];
      points[2 * v + 1] += share * gap * face.down[1];
    }
  });
  return points;
}

function jawMotion(face: PosedFace, weights: ArrayLike<number>): [x: number, y: number] {
  const { lowerTeeth, blendshapes } = face.basis, effective = effectiveWeights(face.basis, face.current, weights);
  let x = 0, y = 0;
  for (let k = 0; k < blendshapes.length; k++) {
    x += effective[k] * lowerTeeth[3 * k];
    y += effective[k] * lowerTeeth[3 * k + 1];
  }
  return [x, y];
}

/** From a pixel to canonical x, y on the dental arch, which hangs behind where the closed lips meet. */
function archCoordinates(face: PosedFace, toNeutral: Float64Array): (x: number, y: number) => [x: number, y: number] {
  const { scale, rotation: r, translation: t } = face.pose, { vertices } = face.basis;
  const middle = (values: ArrayLike<number>, stride: number, c: number) =>
    (values[stride * LIP_MIDDLE[0] + c] + values[stride * LIP_MIDDLE[1] + c]) / 2;
  const lip = [0, 1, 2].map((c) => middle(vertices, 3, c));
  const expectedX = scale * (r[0] * lip[0] + r[1] * lip[1] + r[2] * lip[2]) + t[0];
  const expectedY = scale * (r[3] * lip[0] + r[4] * lip[1] + r[5] * lip[2]) + t[1];
  const offsetX = middle(face.points, 2, 0) + middle(toNeutral, 2, 0) - expectedX;
  const offsetY = middle(face.points, 2, 1) + middle(toNeutral, 2, 1) + expectedY;
  const determinant = scale * (r[0] * r[4] - r[1] * r[3]);
  return (x, y) => {
    const px = x - offsetX - t[0], py = -(y - offsetY) - t[1];
    let qx = 0, qy = 0;
    for (let round = 0; round < 3; round++) { // depth depends on x: a fixed point
      const z = scale * archDepth(qx);
      const u = px - z * r[2], v = py - z * r[5];
      qx = (r[4] * u - r[1] * v) / determinant;
      qy = (r[0] * v - r[3] * u) / determinant;
    }
    return [qx, qy];
  };
}

/** Where the photo's own open mouth is shown, eroded so that none of its lips comes along; nothing when it is closed. */
function ownInterior(canvas: Canvas, face: PosedFace): Plane | undefined {
  const { scale } = face.pose;
  if (Math.max(...gapsOf(face, face.points)) <= OPEN_IN_PHOTO * scale) return undefined;
  const radius = Math.max(1, Math.round(0.06 * scale)), sigma = Math.max(1, 0.08 * scale);
  const mask = polygonCoverage(openingPolygon(face.points, face.basis.lips), Math.ceil(4 * sigma), canvas);
  const { width, height, data } = mask;
  const rows = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    rows[i] = data[i];
    for (let k = Math.max(-radius, -x); k <= Math.min(radius, width - 1 - x); k++) rows[i] = Math.min(rows[i], data[i + k]);
  }
  for (let i = 0; i < data.length; i++) {
    const y = Math.floor(i / width);
    data[i] = rows[i];
    for (let k = Math.max(-radius, -y); k <= Math.min(radius, height - 1 - y); k++) data[i] = Math.min(data[i], rows[i + k * width]);
  }
  gaussianBlur(data, width, height, sigma);
  return mask;
}

function mixOwn(colour: Float32Array, image: Pixels, own: Plane, x: number, y: number, light: number): void {
  if (x < own.x || y < own.y || x >= own.x + own.width || y >= own.y + own.height) return;
  const share = own.data[(y - own.y) * own.width + x - own.x];
  for (let c = 0; c < 3; c++) colour[c] += (image.data[(y * image.width + x) * 3 + c] * light - colour[c]) * share;
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
