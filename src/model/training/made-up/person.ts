import { clamp01 } from "../../geometry/kernels.js";
import { between, pick, type Random } from "../../synthesis/random.js";

/** Red, green, blue in 0…1. */
export type Colour = readonly [number, number, number];

/** What a drawn person looks like; lengths in pixels of the crop. */
export interface Person {
  readonly skin: Colour;
  readonly hair: Colour;
  readonly eyes: Colour;
  readonly lips: Colour;
  readonly background: Colour;
  /** Half the face's width, and where the chin is. */
  readonly width: number;
  readonly chin: number;
  /** Height of the forehead's hair line. */
  readonly hairLine: number;
  /** Half the height of an open eye. */
  readonly aperture: number;
  readonly brow: number;
  readonly browThickness: number;
  readonly mouth: number;
  readonly mouthWidth: number;
  readonly upperLip: number;
  readonly lowerLip: number;
  readonly nose: number;
  /** Where the light comes from: −1 the picture's left … 1 its right. */
  readonly light: number;
}

const SKINS: readonly Colour[] = [[0.95, 0.8, 0.7], [0.88, 0.7, 0.56], [0.76, 0.56, 0.42], [0.58, 0.4, 0.29], [0.4, 0.27, 0.2]];
const HAIRS: readonly Colour[] = [[0.1, 0.08, 0.07], [0.28, 0.18, 0.1], [0.5, 0.33, 0.17], [0.78, 0.62, 0.36], [0.6, 0.6, 0.62], [0.5, 0.16, 0.1]];
const EYES: readonly Colour[] = [[0.25, 0.15, 0.08], [0.2, 0.4, 0.65], [0.25, 0.45, 0.25], [0.4, 0.4, 0.42]];

/** Makes a person up. */
export function drawPerson(random: Random): Person {
  const skin = varied(pick(random, SKINS), 0.08, random);
  const [r, g, b] = skin;
  return {
    skin, hair: varied(pick(random, HAIRS), 0.06, random), eyes: varied(pick(random, EYES), 0.06, random),
    lips: [Math.min(1, r * between(random, 0.85, 1)), g * between(random, 0.5, 0.75), b * between(random, 0.6, 0.85)],
    background: [random(), random(), random()],
    width: between(random, 31, 38), chin: between(random, 74, 82), hairLine: between(random, 0, 9), aperture: between(random, 2.4, 3.6),
    brow: between(random, 10, 13.5), browThickness: between(random, 1, 2.6), mouth: between(random, 52, 56), mouthWidth: between(random, 10, 14),
    upperLip: between(random, 1.4, 3), lowerLip: between(random, 1.8, 3.6), nose: between(random, 5, 8), light: between(random, -1, 1),
  };
}

function varied([r, g, b]: Colour, width: number, random: Random): Colour {
  const vary = (value: number) => clamp01(value + width * (2 * random() - 1));
  return [vary(r), vary(g), vary(b)];
}
