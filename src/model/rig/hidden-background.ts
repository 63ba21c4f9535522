import type { Pixels } from "../../frame.js";
import { smoothstep } from "../geometry/kernels.js";
import { shrinkTo } from "../geometry/shrink-to.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import type { PersonMask } from "./person-mask.js";

/** Where a photo's background is not what the photo shows. */
export interface HiddenBackground {
  /** 0…1: how far a place is filled in. */
  readonly hole: PersonMask;
  /** 0…1: how far a place of the photo counts as background for what is filled in. */
  readonly known: PersonMask;
}

/** Places of the mask beside the person that are not believed to be background: the model's edge is no finer. */
const EDGE = 0.8;
/** Beside a plain background single hairs go with the head: so far from it, and falling softly, half widths of the face. */
const HAIRS = 0.16, SOFT = 0.06;
/** A background is plain whose brightness (0…255) is off its surroundings' by so much; from there on it is less so. */
const PLAIN = 2.5, ROUGH = 6;
/** Half widths of the face over which that is judged; places of the mask that are surroundings. */
const JUDGED = 0.16, SURROUNDINGS = 4;
/** Of a plain background beside the head so little is believed at a single place: the mean of many counts, without hairs. */
const LITTLE = 1e-4;

/**
 * Finds what of the background to fill in: behind the person, and beside it where the background is plain. There the picture's difference from
 * what is filled in (hair that the mask misses, and nothing else) moves with the person; beside lines and patterns, which must stand
 * still, only what the mask names does.
 *
 * @param halfWidth of the face, pixels of the photo
 */
export function hiddenBackground(photo: Pixels, person: PersonMask, halfWidth: number): HiddenBackground {
  const { width, height } = person, across = (halfWidth * width) / photo.width, down = (halfWidth * height) / photo.height, scale = Math.min(across, down);
  const edge = beside(person, 2, 2, EDGE), hairs = beside(person, HAIRS * across, HAIRS * down, Math.max(EDGE, SOFT * scale));
  const seen = edge.map((value) => 1 - value), light = brightness(photo, width, height), around = meanOf(light, seen, width, height, SURROUNDINGS);
  // What is beside the hairs tells: they themselves are not plain.
  const off = light.map((value, n) => Math.abs(value - around[n])), rough = meanOf(off, hairs.map((value) => 1 - value), width, height, Math.max(EDGE, JUDGED * scale));
  const plain = hairs.map((value, n) => value * (1 - smoothstep((rough[n] - PLAIN) / (ROUGH - PLAIN))));
  return {
    hole: { width, height, data: edge.map((value, n) => Math.max(value, plain[n])) },
    known: { width, height, data: seen.map((value, n) => value ** 4 * (1 - (1 - LITTLE) * plain[n])) },
  };
}

/** 1 at the person and up to so far beside it, falling softly to 0 beyond. */
function beside({ data, width, height }: PersonMask, across: number, down: number, soft: number): Float32Array {
  const reach = data.map((value) => (value > 0.02 ? 1 : 0));
  const spread = (stride: number, count: number, lines: number, step: number, by: number) => {
    const line = new Float32Array(count);
    for (let k = 0; k < lines; k++) {
      const at = k * step;
      line.fill(0);
      for (let i = 0, last = -Infinity; i < count; i++) {
        if (reach[at + i * stride] !== 0) last = i;
        if (i - last <= by) line[i] = 1;
      }
      for (let i = count - 1, last = Infinity; i >= 0; i--) {
        if (reach[at + i * stride] !== 0) last = i;
        if (last - i <= by) line[i] = 1;
      }
      for (let i = 0; i < count; i++) reach[at + i * stride] = line[i];
    }
  };
  spread(1, width, height, width, Math.round(across));
  spread(width, height, width, 1, Math.round(down));
  gaussianBlur(reach, width, height, soft);
  return reach.map((value) => smoothstep((value - 0.02) / 0.6));
}

/** The mean round every place of what is seen. */
function meanOf(values: Float32Array, seen: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const sums = values.map((value, n) => value * seen[n]), weights = seen.slice();
  gaussianBlur(sums, width, height, sigma);
  gaussianBlur(weights, width, height, sigma);
  return sums.map((value, n) => value / (weights[n] + 1e-6));
}

/** The photo's brightness at the mask's places, 0…255. */
function brightness(photo: Pixels, width: number, height: number): Float32Array {
  const planes = shrinkTo(photo, width, height), plane = width * height;
  return planes.subarray(0, plane).map((red, n) => 0.3 * red + 0.6 * planes[plane + n] + 0.1 * planes[2 * plane + n]);
}
