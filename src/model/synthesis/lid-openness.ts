import type { ExpressionBasis } from "./expression-basis.js";

/**
 * How open an eye is by its weights, 1 for a neutral face: fitted on the lids of talking people, whose aperture goes down linearly with
 * the score, and is shut at .8 ({@link ExpressionBasis.neutralBias} is off these). They would give a blink −1.12. MediaPipe
 * sees lids that begin to close too late, those of people (so the fit is off) and, where one knows, rendered ones: `responsesOf` has them close earlier.
 */
const SHARES: Readonly<Record<string, number>> = { eyeBlink: -1.2, eyeSquint: -0.25, eyeLookDown: -0.09, eyeWide: 0.5 };
/** Beyond these eyes look torn open, and what a nearly closed eye would be like wide open is not known. */
const WIDEST = 1.45, NARROWEST_KNOWN = 0.4, LARGEST_FACTOR = 1.5;

/** What the weights of each eye, right then left, do to its openness: pairs of blendshape and share. */
export function lidShares(blendshapes: readonly string[]): readonly [right: LidShare[], left: LidShare[]] {
  const side = (name: string): LidShare[] => Object.entries(SHARES).map(([key, share]) => ({ blendshape: blendshapes.indexOf(key + name), share }));
  return [side("Right"), side("Left")];
}

/** What one blendshape adds to an eye's openness at weight 1. */
export interface LidShare {
  readonly blendshape: number;
  readonly share: number;
}

/**
 * The factor on a photo's aperture when a face that shows `current` is taken to `weights` (see `effectiveWeights`); 0 is shut, and 1 when
 * nothing changes.
 *
 * @param eye 0 right, 1 left
 */
export function apertureFactor(basis: ExpressionBasis, eye: 0 | 1, current: ArrayLike<number>, weights: ArrayLike<number>): number {
  const shares = basis.lidShares[eye];
  const was = openness(shares, current), now = openness(shares, weights);
  if (now <= was) return now > 0 ? now / was : 0;
  return Math.min(LARGEST_FACTOR, 1 + (now - was) / Math.max(was, NARROWEST_KNOWN));
}

function openness(shares: readonly LidShare[], weights: ArrayLike<number>): number {
  let open = 1;
  for (const { blendshape, share } of shares) open += share * weights[blendshape];
  return Math.min(WIDEST, Math.max(0, open));
}
