import type { ExpressionBasis } from "../synthesis/expression-basis.js";

/** What a photo wears of itself and of the driver when expressions are relative. */
export interface RelativeShares {
  /** [51] how much of what the photo itself shows, 0…1. */
  readonly kept: readonly number[];
  /** [51] how much of a movement above the driver's rest, 0…1. */
  readonly worn: readonly number[];
  /** [51] the driver's movements to which what the photo itself shows gives way; nothing does when left out. */
  readonly yields?: readonly (readonly number[])[];
}

/**
 * A smile keeps half of itself: with the whole of it nothing is left to smile with, and every other shape of the mouth is a smile too. Brows
 * and lids stay as they are, people are known by them.
 */
const KEPT = 0.5, KEEPING = /^(brow|eyeBlink|eyeWide|eyeLook)/;
/**
 * Raised in full, brows cost more of a photo's likeness than everything else, and what is seen of them is hardly less when they are raised by
 * three fifths.
 */
const WORN = 0.6, WEARING_LESS = /^brow.*Up/;

/**
 * Who kisses does not smile. A photo's own smile under a driver's kiss is neither of the two, so it goes while the other comes. (Frowns that go
 * for raised brows cost likeness, smiles that go for funnelled lips what is not read surely enough.)
 */
const KISSES = "mouthPucker", SMILES = /^(mouthSmile|mouthDimple|mouthStretch|mouthPress|mouthUpperUp|cheekSquint)/;

/** The shares of a basis' blendshapes. */
export function relativeShares({ blendshapes }: Pick<ExpressionBasis, "blendshapes">): RelativeShares {
  return {
    kept: blendshapes.map((name) => (KEEPING.test(name) ? 1 : KEPT)), worn: blendshapes.map((name) => (WEARING_LESS.test(name) ? WORN : 1)),
    yields: blendshapes.map((name) => (SMILES.test(name) ? [blendshapes.indexOf(KISSES)] : [])),
  };
}
