import type { Pixels } from "../../frame.js";
import { clamp01 } from "../geometry/kernels.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import { polygonCoverage } from "../synthesis/polygon-coverage.js";
import { gapsOf, type Opening } from "../synthesis/opening.js";
import { sampleBilinear } from "../synthesis/sample-image.js";
import { openingPolygon } from "../synthesis/opening-polygon.js";
import { archDepth, layTeeth } from "../synthesis/teeth.js";
import { LOWER_TEETH, UPPER_TEETH, type MouthPlate } from "./mouth-plate.js";
import type { OpeningPlace } from "./opening-place.js";
import type { Picture } from "./picture.js";
import { Rim } from "./rim.js";

const CAVITY = [58, 22, 30] as const, TONGUE = [165, 84, 88] as const;
/** Gap (cm) from which there is an inside to be seen. */
const OPEN = 0.04;
/** The basis' upper teeth hang this much too high behind real lips (cm). */
const UPPER_TEETH_DROP = 0.3;
const LEFT_CORNER = 308, RIGHT_CORNER = 78;

/** How the mouth is drawn in one frame; pixels of the output. */
export interface MouthDrawing {
  readonly lips: Opening;
  /** [≥ 468, 2] where the lips are. */
  readonly target: Float64Array;
  /** The canonical "down" seen in the picture. */
  readonly down: readonly [x: number, y: number];
  readonly place: OpeningPlace;
  /** How the head is held: pixels per cm, and its rotation [3, 3]. */
  readonly scale: number;
  readonly rotation: ArrayLike<number>;
  /** Where canonical (0, 0, 0) is seen, so that the dental arch hangs behind where the closed lips meet. */
  readonly originX: number;
  readonly originY: number;
  /** How the lower teeth have moved with the jaw, cm. */
  readonly jaw: readonly [x: number, y: number];
  readonly detail: number;
  /** 0…1: at 0 the photo's own mouth is left as it is. */
  readonly presence: number;
}

/**
 * Draws the inside of the mouth between the moved lips: a dark cavity, the tongue, the lower teeth going with the jaw, the upper teeth fixed
 * to the skull, shaded by the lips. Where the photo's own mouth is open its inside is kept.
 */
export function drawMouth(picture: Picture, photo: Pixels, plate: MouthPlate, drawing: MouthDrawing): void {
  const { lips, target, down, place, scale, rotation: r, jaw, detail, presence } = drawing;
  const gaps = gapsOf(lips, target, down);
  if (presence <= 0 || Math.max(...gaps) < OPEN * scale) return;
  const points = uncross(lips, target, gaps, down);
  const mask = polygonCoverage(openingPolygon(points, lips), 3 * detail, { x: 0, y: 0, width: picture.width, height: picture.height });
  if (mask.width === 0 || mask.height === 0) return;
  gaussianBlur(mask.data, mask.width, mask.height, 0.6 * detail);

  const upper = new Rim(points, lips.upper), lower = new Rim(points, lips.lower);
  const leftEdge = points[2 * RIGHT_CORNER], rightEdge = points[2 * LEFT_CORNER];
  const { light, own, upperTeeth, lowerTeeth } = plate, { data } = picture;
  const tongueHeight = 0.25 + 0.45 * clamp01(-jaw[1] / 3);
  const determinant = scale * (r[0] * r[4] - r[1] * r[3]);
  const colour = new Float32Array(3), sample = new Float32Array(3);
  for (let i = 0; i < mask.width; i++) {
    const x = mask.x + i, top = upper.at(x), bottom = lower.at(x);
    const sideways = 0.5 + 0.5 * clamp01(Math.min(x - leftEdge, rightEdge - x) / (0.7 * scale));
    for (let j = 0, n = i; j < mask.height; j++, n += mask.width) {
      const opacity = mask.data[n] * presence;
      if (opacity <= 0.004) continue;
      const y = mask.y + j;
      // Canonical x, y on the arch, whose depth depends on x: a fixed point.
      const px = x - drawing.originX, py = drawing.originY - y;
      let ax = 0, ay = 0;
      for (let round = 0; round < 3; round++) {
        const z = scale * archDepth(ax), u = px - z * r[2], v = py - z * r[5];
        ax = (r[4] * u - r[1] * v) / determinant;
        ay = (r[0] * v - r[3] * u) / determinant;
      }
      const lx = ax - jaw[0], ly = ay - jaw[1];
      const spread = Math.min(9, (lx / 1.75) ** 2 + ((ly + 4.28) / tongueHeight) ** 2);
      const tongue = Math.exp(-spread * spread);
      for (let c = 0; c < 3; c++) colour[c] = (CAVITY[c] * (1 - tongue) + 0.75 * TONGUE[c] * tongue);
      layTeeth(colour, lowerTeeth, lx, ly, LOWER_TEETH);
      layTeeth(colour, upperTeeth, ax, ay + UPPER_TEETH_DROP, UPPER_TEETH);
      const occlusion = (0.55 + 0.45 * clamp01((y - top) / (0.28 * scale))) * (0.75 + 0.25 * clamp01((bottom - y) / (0.2 * scale))) * sideways;
      for (let c = 0; c < 3; c++) colour[c] *= occlusion * light[c];
      if (own) {
        const ox = place.xx * x + place.xy * y + place.tx, oy = place.yx * x + place.yy * y + place.ty;
        const share = planeAt(own.data, own.width, own.height, ox - own.x, oy - own.y);
        if (share > 0) {
          sampleBilinear(photo.data, photo.width, photo.height, ox, oy, sample, 0);
          const lit = Math.min(1, occlusion + 0.25);
          for (let c = 0; c < 3; c++) colour[c] += (sample[c] * lit - colour[c]) * share;
        }
      }
      const to = 3 * (y * picture.width + x);
      data[to] += (colour[0] - data[to]) * opacity;
      data[to + 1] += (colour[1] - data[to + 1]) * opacity;
      data[to + 2] += (colour[2] - data[to + 2]) * opacity;
    }
  }
}

/** Lips that cross are drawn back to where they touch, so that the outline never folds. */
function uncross(lips: Opening, target: Float64Array, gaps: readonly number[], down: readonly [number, number]): Float64Array {
  if (gaps.every((gap) => gap >= 0)) return target;
  const points = target.slice();
  gaps.forEach((gap, k) => {
    if (gap >= 0) return;
    for (const [v, share] of [[lips.lower[k], -0.5], [lips.upper[k], 0.5]]) {
      points[2 * v] += share * gap * down[0];
      points[2 * v + 1] += share * gap * down[1];
    }
  });
  return points;
}

/** Bilinear sample of a plane; 0 outside. */
function planeAt(data: Float32Array, width: number, height: number, x: number, y: number): number {
  const ix = Math.floor(x), iy = Math.floor(y);
  if (ix < 0 || iy < 0 || ix >= width - 1 || iy >= height - 1) return 0;
  const fx = x - ix, fy = y - iy, i = iy * width + ix;
  return (1 - fy) * ((1 - fx) * data[i] + fx * data[i + 1]) + fy * ((1 - fx) * data[i + width] + fx * data[i + width + 1]);
}
