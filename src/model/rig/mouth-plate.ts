import type { Pixels } from "../../frame.js";
import { boundingRect, type Plane, type Rect } from "../synthesis/canvas.js";
import type { TeethSprite } from "../synthesis/expression-basis.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import { polygonCoverage } from "../synthesis/polygon-coverage.js";
import type { PosedFace } from "../synthesis/posed-face.js";
import { gapsOf } from "../synthesis/opening.js";
import { openingPolygon } from "../synthesis/opening-polygon.js";
import type { SkinTone } from "../synthesis/skin-tone.js";
import { brightenGums, prefilterTeeth } from "../synthesis/teeth.js";
import { ownTeethLight } from "./own-teeth.js";

/** A gap of the photo's lips (cm) from which there is an inside of the mouth to be kept. */
const OPEN_IN_PHOTO = 0.35;

/** Factors on the colours of the teeth with which they are drawn. */
export const UPPER_TEETH = 0.95, LOWER_TEETH = 0.8;

/** What is inside the mouth of one photo; made once. */
export interface MouthPlate {
  /** Teeth in front view, prefiltered for the face's scale. */
  readonly upperTeeth: TeethSprite;
  readonly lowerTeeth: TeethSprite;
  /** What the photo's light does to a tooth's colour, per channel, about 1. */
  readonly light: readonly number[];
  /** How much of a pixel of the photo is its own open mouth, teeth and all; undefined when it is closed. */
  readonly own: Plane | undefined;
}

/**
 * Prepares the inside of a photo's mouth: teeth tinted and lit as the photo is, and what the photo itself shows of it.
 *
 * @param whites of the eyes, RGB 0…255
 */
export function makeMouthPlate(image: Pixels, face: PosedFace, tone: SkinTone, whites: readonly (readonly number[])[]): MouthPlate {
  const { scale } = face.pose, { teeth } = face.basis, gap = Math.max(...gapsOf(face.basis.lips, face.points, face.down)) / scale; // cm
  return {
    upperTeeth: prefilterTeeth(brightenGums(teeth.upper), scale),
    lowerTeeth: prefilterTeeth(teeth.lower, scale),
    light: ownTeethLight(image, face, gap, teeth.upper, UPPER_TEETH, toothLight(tone, whites)),
    own: gap > OPEN_IN_PHOTO ? ownInterior({ x: 0, y: 0, width: image.width, height: image.height }, face) : undefined,
  };
}

/** A light skin in white light. */
const LIGHT_SKIN = 150;
/** How much of the light's colour the skin tells; the rest the white of the eyes. */
const SKIN_SHARE = 0.3;

/**
 * Skin tells how a photo is lit unless it is dark: the white of the eyes then does. Teeth are brighter than these in photos whose whites are
 * in the shade: of 44 photos that show their teeth, those with whites of 99 to 130 have teeth of .77 to 1.1, those with 150 to 190 of 1 to 1.15.
 */
function toothLight({ luminance, cast }: SkinTone, whites: readonly (readonly number[])[]): number[] {
  const white = [0, 1, 2].map((c) => whites.reduce((sum, colour) => sum + colour[c], 0) / whites.length);
  const mean = (white[0] + white[1] + white[2]) / 3;
  const brightness = Math.min(1.12, Math.max(0.35, luminance / LIGHT_SKIN, Math.min(0.0085 * mean, 0.6 + 0.0025 * mean)));
  return white.map((value, c) => brightness * (SKIN_SHARE * cast[c] + ((1 - SKIN_SHARE) * value) / Math.max(1, mean)));
}

/** Where the photo's own open mouth is shown, eroded so that none of its lips comes along. */
function ownInterior(bounds: Rect, face: PosedFace): Plane {
  const { scale } = face.pose, { lips } = face.basis;
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
