import type { Pixels } from "../../frame.js";
import { boundingRect, type Plane, type Rect } from "../synthesis/canvas.js";
import type { TeethSprite } from "../synthesis/expression-basis.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import { polygonCoverage } from "../synthesis/polygon-coverage.js";
import type { PosedFace } from "../synthesis/posed-face.js";
import { openingPolygon } from "../synthesis/rim-line.js";
import type { SkinTone } from "../synthesis/skin-tone.js";
import { prefilterTeeth } from "../synthesis/teeth.js";

/** A gap of the photo's lips (cm) from which there is an inside of the mouth to be kept. */
const OPEN_IN_PHOTO = 0.35;

/** What is inside the mouth of one photo; made once. */
export interface MouthPlate {
  /** Teeth in front view, prefiltered for the face's scale. */
  readonly upperTeeth: TeethSprite;
  readonly lowerTeeth: TeethSprite;
  readonly tone: SkinTone;
  /** How bright a tooth is in the photo's light, about 1. */
  readonly brightness: number;
  /** How much of a pixel of the photo is its own open mouth, teeth and all; undefined when it is closed. */
  readonly own: Plane | undefined;
}

/** Prepares the inside of a photo's mouth: teeth tinted and lit as the photo is, and what the photo itself shows of it. */
export function makeMouthPlate(image: Pixels, face: PosedFace, tone: SkinTone): MouthPlate {
  const { scale } = face.pose, { teeth } = face.basis;
  return {
    upperTeeth: prefilterTeeth(teeth.upper, scale),
    lowerTeeth: prefilterTeeth(teeth.lower, scale),
    tone,
    brightness: Math.min(1.12, Math.max(0.35, tone.luminance / 150)),
    own: ownInterior({ x: 0, y: 0, width: image.width, height: image.height }, face),
  };
}

/** Where the photo's own open mouth is shown, eroded so that none of its lips comes along; nothing when it is closed. */
function ownInterior(bounds: Rect, face: PosedFace): Plane | undefined {
  const { scale } = face.pose, { lips } = face.basis, [dx, dy] = face.down;
  const gap = Math.max(...lips.upper.map((u, k) => {
    const l = lips.lower[k];
    return (face.points[2 * l] - face.points[2 * u]) * dx + (face.points[2 * l + 1] - face.points[2 * u + 1]) * dy;
  }));
  if (gap <= OPEN_IN_PHOTO * scale) return undefined;
  const radius = Math.max(1, Math.round(0.06 * scale)), sigma = Math.max(1, 0.08 * scale);
  const outline = openingPolygon(face.points, lips);
  const mask = polygonCoverage(outline, Math.ceil(4 * sigma), boundingRect(outline, 5 * sigma, bounds));
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
