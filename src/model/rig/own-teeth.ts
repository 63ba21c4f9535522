import type { Pixels } from "../../frame.js";
import type { TeethSprite } from "../synthesis/expression-basis.js";
import { openingPolygon } from "../synthesis/opening-polygon.js";
import { polygonCoverage } from "../synthesis/polygon-coverage.js";
import type { PosedFace } from "../synthesis/posed-face.js";
import { percentile } from "../synthesis/skin-tone.js";

/** A gap of the photo's lips (cm) from which what is bright between them is teeth in full light, and pixels from which that can be said. */
const WIDE = 0.9, ENOUGH = 24;
/** Lit teeth are so bright, in percent of what is between the lips. */
const LIT = 75;
/** Green over red: above it a colour is a tooth's, below it gum or lip. */
const PALE = 0.8;
/** What is expected may be so wrong. */
const LEAST = 0.75, MOST = 1.3;

/**
 * What the light of a photo does to a tooth, told by the teeth that it shows.
 *
 * @param gap of its lips, cm
 * @param expected factors per channel, about 1, as the rest of the photo tells them
 * @param brightness factor on the sprite's colours that teeth are drawn with
 * @returns factors per channel: `expected` where no teeth are seen
 */
export function ownTeethLight(image: Pixels, face: PosedFace, gap: number, sprite: TeethSprite, brightness: number, expected: readonly number[]): readonly number[] {
  if (gap < WIDE) return expected;
  const { x, y, width, data } = polygonCoverage(openingPolygon(face.points, face.basis.lips), 1, { x: 0, y: 0, width: image.width, height: image.height });
  const seen: number[] = [];
  for (let n = 0; n < data.length; n++) if (data[n] === 1) seen.push(3 * ((y + Math.floor(n / width)) * image.width + x + (n % width)));
  if (seen.length < ENOUGH) return expected;
  const [red, green, blue] = litColour(image.data, seen);
  if (green < PALE * red) return expected;
  const teeth = Array.from({ length: sprite.data.length / 4 }, (_, n) => 4 * n).filter((at) => sprite.data[at + 3] > 200 && sprite.data[at + 1] > PALE * sprite.data[at]);
  const tooth = litColour(sprite.data, teeth);
  return [red, green, blue].map((value, c) => Math.min(MOST * expected[c], Math.max(LEAST * expected[c], value / (brightness * tooth[c]))));
}

/** The colour of what is lit among pixels that begin at some places of `data`. */
function litColour(data: ArrayLike<number>, places: readonly number[]): number[] {
  return [0, 1, 2].map((c) => percentile(places.map((at) => data[at + c]), LIT));
}
