import type { Pixels } from "../../frame.js";
import { blendPixel, boundingRect, type Canvas } from "./canvas.js";
import type { Opening } from "./opening.js";
import type { PosedFace } from "./posed-face.js";
import { openingPolygon, rimLine } from "./rim-line.js";
import { sampleBilinear } from "./sample-image.js";
import { percentile } from "./skin-tone.js";

/**
 * The landmarks of a lid lie on the margin between skin and eyeball, so a strip beyond them still shows lashes and some white (cm).
 * A closing lid must not be made of that strip: it would be smeared over the lid, and a white slit would stay.
 */
const UPPER_MARGIN = 0.2, LOWER_MARGIN = 0.16;
/** Half thickness of the line of lashes of a closed eye (cm) and how much of what is below it hides. */
const LASH_WIDTH = 0.12, LASH_OPACITY = 0.75;

/**
 * How far an eye closes compared with the photo: 0 as open as there (or more), 1 shut.
 *
 * @param target [≥ 468, 2] landmarks after the displacement
 */
export function lidClosure(face: PosedFace, eye: Opening, target: Float64Array): number {
  const [dx, dy] = face.down;
  const aperture = (points: Float64Array): number => eye.upper.reduce((sum, u, k) => {
    const l = eye.lower[k];
    return sum + Math.max(0, (points[2 * l] - points[2 * u]) * dx + (points[2 * l + 1] - points[2 * u + 1]) * dy);
  }, 0);
  const open = aperture(face.points);
  return open > 0 ? Math.min(1, Math.max(0, 1 - aperture(target) / open)) : 0;
}

/**
 * Moves the rims of an eye, in the photo, off the margin of the lids and onto skin.
 *
 * @param source [≥ 468, 2] the photo's landmarks, changed in place
 * @param closure 0…1
 */
export function retreatFromMargin(source: Float64Array, face: PosedFace, eye: Opening, closure: number): void {
  const [dx, dy] = face.down;
  for (let k = 1; k < eye.upper.length - 1; k++) {
    // Less towards the corners, where the rims meet.
    const reach = closure * face.pose.scale * Math.sin((Math.PI * k) / (eye.upper.length - 1));
    const u = 2 * eye.upper[k], l = 2 * eye.lower[k];
    source[u] -= UPPER_MARGIN * reach * dx;
    source[u + 1] -= UPPER_MARGIN * reach * dy;
    source[l] += LOWER_MARGIN * reach * dx;
    source[l + 1] += LOWER_MARGIN * reach * dy;
  }
}

/** Draws the lashes of a closing eye along its upper lid, in the colour they have in the photo. */
export function paintLashes(canvas: Canvas, image: Pixels, face: PosedFace, eye: Opening, target: Float64Array, closure: number): void {
  if (closure <= 0) return;
  const { scale } = face.pose;
  const lid = rimLine(target, eye.upper), width = LASH_WIDTH * scale;
  const columns = eye.upper.map((v) => target[2 * v]);
  const left = Math.min(...columns), right = Math.max(...columns);
  const [r, g, b] = lashColour(image, face, eye);
  const box = boundingRect(openingPolygon(target, eye), 3 * width, canvas);
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) {
      const ends = Math.min(1, Math.max(0, Math.min(x - left, right - x) / (0.4 * scale)));
      const away = (y - lid(x)) / width;
      const opacity = closure * LASH_OPACITY * ends * Math.exp(-away * away);
      if (opacity > 0.004) blendPixel(canvas, x, y, r, g, b, opacity);
    }
  }
}

/** The darkest of the photo's upper lid margin. */
function lashColour(image: Pixels, face: PosedFace, eye: Opening): number[] {
  const sample = new Float32Array(3);
  const channels: [number[], number[], number[]] = [[], [], []];
  for (const v of eye.upper.slice(1, -1)) {
    for (const shift of [-0.08, -0.04, 0, 0.04]) {
      const y = face.points[2 * v + 1] + shift * face.pose.scale;
      sampleBilinear(image.data, image.width, image.height, face.points[2 * v], y, sample, 0);
      channels.forEach((values, c) => values.push(sample[c]));
    }
  }
  return channels.map((values) => 0.85 * percentile(values, 15));
}
