import type { ExpressionBasis } from "../synthesis/expression-basis.js";

/** How much of a movement above rest a photo wears, by blendshape; all of it where nothing is said. */
const WORN: Readonly<Record<string, number>> = { browInnerUp: 0.6, browOuterUpLeft: 0.6, browOuterUpRight: 0.6 };

/**
 * How much of each movement above the driver's rest a photo wears when expressions are relative. People are known by their brows: raised in
 * full they cost more of a photo's likeness than everything else, and what is seen of them is hardly less when they are raised by three fifths.
 *
 * @returns [51] 0…1
 */
export function wornShare({ blendshapes }: Pick<ExpressionBasis, "blendshapes">): number[] {
  return blendshapes.map((name) => WORN[name] ?? 1);
}
