import { clamp01 } from "../geometry/kernels.js";
import { gapsOf, type Opening } from "./opening.js";
import type { PosedFace } from "./posed-face.js";

/** What an opening looks like when it closes; lengths in cm. */
export interface ClosingLook {
  /**
   * The landmarks lie on the margin between skin and what is inside, so a strip beyond them still shows some of that: lashes and the
   * white of the eye, or teeth. A closing opening must not be made of that strip, or it would be smeared, and a bright slit would stay.
   */
  readonly upperMargin: number;
  readonly lowerMargin: number;
  /** A photo's gap at which there is something inside to hide, and at which all of this counts. */
  readonly ajar: readonly [from: number, fully: number];
  /** Half thickness of the dark line where the rims meet: lashes, or the shadow between the lips. */
  readonly lineWidth: number;
  /** How much of what is below it the line hides, 0…1. */
  readonly lineOpacity: number;
  /** Brightness of the line against the darkest of the photo's upper rim. */
  readonly lineShade: number;
}

/** Closing eyes. */
export const CLOSING_LIDS: ClosingLook = {
  upperMargin: 0.2, lowerMargin: 0.16, ajar: [0.1, 0.3], lineWidth: 0.12, lineOpacity: 0.75, lineShade: 0.85,
};
/** Closing lips. */
export const CLOSING_LIPS: ClosingLook = {
  upperMargin: 0.1, lowerMargin: 0.1, ajar: [0.1, 0.45], lineWidth: 0.07, lineOpacity: 0.5, lineShade: 0.6,
};

/**
 * How far an opening closes compared with the photo: 0 as open as there (or more, or closed in both), 1 shut.
 *
 * @param target [≥ 468, 2] landmarks after the displacement
 */
export function closureOf(face: PosedFace, opening: Opening, look: ClosingLook, target: Float64Array): number {
  const gaps = (points: Float64Array): number[] => gapsOf(opening, points, face.down).map((gap) => Math.max(0, gap));
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  const open = gaps(face.points);
  const [from, fully] = look.ajar;
  const inside = clamp01((Math.max(...open) / face.pose.scale - from) / (fully - from));
  return inside > 0 ? inside * clamp01(1 - sum(gaps(target)) / sum(open)) : 0;
}

/**
 * Moves the rims of an opening, in the photo, off the margin and onto skin.
 *
 * @param source [≥ 468, 2] the photo's landmarks, changed in place
 * @param closure 0…1
 */
export function retreatFromMargin(source: Float64Array, face: PosedFace, opening: Opening, look: ClosingLook, closure: number): void {
  const [dx, dy] = face.down;
  const last = opening.upper.length - 1;
  for (let k = 1; k < last; k++) {
    const reach = closure * face.pose.scale * Math.sin((Math.PI * k) / last); // less towards the corners, where the rims meet
    const u = 2 * opening.upper[k], l = 2 * opening.lower[k];
    source[u] -= look.upperMargin * reach * dx;
    source[u + 1] -= look.upperMargin * reach * dy;
    source[l] += look.lowerMargin * reach * dx;
    source[l + 1] += look.lowerMargin * reach * dy;
  }
}
