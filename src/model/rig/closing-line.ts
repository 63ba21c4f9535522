import type { Pixels } from "../../frame.js";
import { clamp01 } from "../geometry/kernels.js";
import { boundingRect } from "../synthesis/canvas.js";
import type { ClosingLook } from "../synthesis/closing-rims.js";
import type { Opening } from "../synthesis/opening.js";
import type { PosedFace } from "../synthesis/posed-face.js";
import { openingPolygon } from "../synthesis/opening-polygon.js";
import { sampleBilinear } from "../synthesis/sample-image.js";
import { percentile } from "../synthesis/skin-tone.js";
import type { Picture } from "./picture.js";
import { Rim } from "./rim.js";

/** The line where the rims of a closing opening meet: lashes, or the shadow between the lips. */
export interface ClosingLine {
  readonly opening: Opening;
  readonly look: ClosingLook;
  /** 0 as open as in the photo, 1 shut. */
  readonly closure: number;
  /** RGB, see {@link makeRimColour}. */
  readonly colour: readonly number[];
  /** [≥ 468, 2] where the rims are. */
  readonly target: Float64Array;
  /** Photo pixels per cm. */
  readonly scale: number;
}

/** Draws the line along the upper rim. */
export function drawClosingLine(picture: Picture, { opening, look, closure, colour, target, scale }: ClosingLine): void {
  if (closure <= 0) return;
  const rim = new Rim(target, opening.upper), thickness = look.lineWidth * scale;
  const box = boundingRect(openingPolygon(target, opening), 2.4 * thickness, { x: 0, y: 0, width: picture.width, height: picture.height });
  const [r, g, b] = colour.map((value) => look.lineShade * value), { data } = picture;
  for (let x = box.x; x < box.x + box.width; x++) {
    const ends = clamp01(Math.min(x - rim.left, rim.right - x) / (0.4 * scale));
    const strength = closure * look.lineOpacity * ends;
    if (strength <= 0.004) continue;
    const middle = rim.at(x);
    const from = Math.max(box.y, Math.ceil(middle - 2.4 * thickness)), to = Math.min(box.y + box.height - 1, Math.floor(middle + 2.4 * thickness));
    for (let y = from; y <= to; y++) {
      const away = (y - middle) / thickness, opacity = strength * Math.exp(-away * away);
      const i = 3 * (y * picture.width + x);
      data[i] += (r - data[i]) * opacity;
      data[i + 1] += (g - data[i + 1]) * opacity;
      data[i + 2] += (b - data[i + 2]) * opacity;
    }
  }
}

/** The darkest colour of the skin along a photo's upper rim: RGB, 0…255. */
export function makeRimColour(image: Pixels, face: PosedFace, opening: Opening): number[] {
  const sample = new Float32Array(3);
  const channels: [number[], number[], number[]] = [[], [], []];
  for (const v of opening.upper.slice(1, -1)) {
    for (const shift of [-0.08, -0.04, 0, 0.04]) {
      const y = face.points[2 * v + 1] + shift * face.pose.scale;
      sampleBilinear(image.data, image.width, image.height, face.points[2 * v], y, sample, 0);
      channels.forEach((values, c) => values.push(sample[c]));
    }
  }
  return channels.map((values) => percentile(values, 15));
}
