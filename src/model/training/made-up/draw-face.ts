import { CROP_SIZE } from "../../geometry/alignment.js";
import { EYE_HEIGHT, MIDDLE, type Curve, type FaceShape } from "./face-shape.js";
import { ovalDistance } from "./landmarks.js";
import type { Colour, Person } from "./person.js";

/** Samples along each side of a pixel. */
const SAMPLES = 2;
const TEETH: Colour = [0.94, 0.92, 0.86], CAVITY: Colour = [0.2, 0.06, 0.06], SCLERA: Colour = [0.95, 0.95, 0.93], BLACK: Colour = [0, 0, 0];

/**
 * Draws a face as [96, 96, 3] bytes: hair, an oval with light from a side, brows, eyes with lids, nose, lips with what is between them.
 *
 * @param mapOnly as the identity map H: black outside the face
 */
export function drawFace(person: Person, shape: FaceShape, mapOnly = false): Uint8Array {
  const side = CROP_SIZE * SAMPLES, sums = new Float32Array(CROP_SIZE * CROP_SIZE * 3);
  for (let column = 0; column < side; column++) {
    const x = (column + 0.5) / SAMPLES, colourAt = drawColumn(person, shape, x, mapOnly);
    for (let row = 0; row < side; row++) {
      const colour = colourAt((row + 0.5) / SAMPLES), to = 3 * (Math.floor(row / SAMPLES) * CROP_SIZE + Math.floor(column / SAMPLES));
      for (let c = 0; c < 3; c++) sums[to + c] += colour[c];
    }
  }
  return Uint8Array.from(sums, (sum) => Math.round((255 * sum) / SAMPLES ** 2));
}

/** The colours of one column; what depends on x alone is computed once. */
function drawColumn(person: Person, shape: FaceShape, x: number, mapOnly: boolean): (y: number) => Colour {
  const at = (curve: Curve) => heightAt(curve, x);
  const lips = [at(shape.outerUpper), at(shape.outerLower)], inside = [at(shape.innerUpper), at(shape.innerLower)];
  const i = x < MIDDLE ? 0 : 1, lids = [at(shape.upperLids[i]), at(shape.lowerLids[i])], brow = [at(shape.browsAbove[i]), at(shape.browsBelow[i])];
  const eye = i === 0 ? 32.2 : 63.8, teethTop = person.mouth - 3;
  const between = (y: number, [top, bottom]: readonly (number | undefined)[]) => top !== undefined && bottom !== undefined && y >= top && y <= bottom;
  const lit = 1 + 0.15 * person.light * ((x - MIDDLE) / person.width);
  return (y) => {
    const depth = ovalDistance(person, shape.chin, x, y);
    if (depth > 1) {
      if (mapOnly) return BLACK;
      return y < 40 && depth < 1.25 ? person.hair : person.background;
    }
    if (y < person.hairLine - 0.004 * (x - MIDDLE) ** 2) return person.hair;
    if (between(y, inside)) return y < teethTop + 5 && y < inside[1]! - 1 ? TEETH : CAVITY;
    if (between(y, lips)) return shade(person.lips, lit);
    if (between(y, brow)) return person.hair;
    if (between(y, lids)) {
      const off = Math.hypot(x - eye, y - EYE_HEIGHT);
      return off < 1.4 ? BLACK : off < 3.2 ? person.eyes : SCLERA;
    }
    // A closed lid, the crease above it, the nose's base and its shaded flank.
    const lash = lids[0] !== undefined && Math.abs(y - lids[0]) < 0.7 ? 0.45 : 1;
    const nose = y > 40 && y < 45.5 && Math.abs(x - MIDDLE) < person.nose ? 0.82 + 0.02 * Math.abs(x - MIDDLE) : 1;
    const flank = y > 22 && y < 43 && Math.abs(x - MIDDLE + 3 * Math.sign(person.light)) < 1.2 ? 0.9 : 1;
    return shade(person.skin, lit * lash * nose * flank * (1 - 0.22 * depth ** 4));
  };
}

/** y of a curve at x, linearly between its points; nothing beside it. */
function heightAt(curve: Curve, x: number): number | undefined {
  for (let i = 1; i < curve.length; i++) {
    const [ax, ay] = curve[i - 1], [bx, by] = curve[i];
    if (x >= ax && x <= bx) return ay + ((by - ay) * (x - ax)) / Math.max(1e-6, bx - ax);
  }
  return undefined;
}

function shade([r, g, b]: Colour, factor: number): Colour {
  return [Math.min(1, r * factor), Math.min(1, g * factor), Math.min(1, b * factor)];
}
