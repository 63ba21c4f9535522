import type { ExpressionBasis } from "./expression-basis.js";

/**
 * How far a blendshape is taken at a weight w: end·w + early·w·(1 − w). Fitted on photos of the training half, so that MediaPipe, looking at
 * the picture, scores what was asked for in real people's mixtures: it hardly notices small motions (which `early` helps) and sees less of a
 * warped photo's brows and lips than of real ones. Far stronger ends would raise the scores of lone weights, but no longer look like a face.
 */
interface Response {
  readonly end: number;
  readonly early: number;
}

/** By blendshape, both sides alike; those that are missing are taken as far as their weight says. */
const RESPONSES: Readonly<Record<string, Response>> = {
  jawOpen: { end: 1.1, early: 0.5 },
  eyeBlink: { end: 1, early: 0.4 },
  mouthSmile: { end: 1, early: 0.1 },
  browInnerUp: { end: 1.45, early: 0.5 },
  browOuterUp: { end: 1.35, early: 0.5 },
  browDown: { end: 1.35, early: 0.5 },
  mouthPucker: { end: 1.35, early: 0.7 },
  mouthFunnel: { end: 1.6, early: 0.7 },
  mouthUpperUp: { end: 1.15, early: 0.6 },
  mouthLowerDown: { end: 1.45, early: 0.9 },
  mouthStretch: { end: 1.5, early: 0.6 },
  mouthFrown: { end: 1.5, early: 0.5 },
  mouthPress: { end: 2, early: 1.8 },
  mouthRollLower: { end: 1.2, early: 0.4 },
  mouthRollUpper: { end: 1.2, early: 0.4 },
  mouthLeft: { end: 1.2, early: 0.4 },
  mouthRight: { end: 1.2, early: 0.4 },
};

/** A jaw that opens so far moves behind lips that are pursed; of what it opens beyond, so much more is seen. */
const BEHIND = 0.35, BEYOND = 0.5;

/** How far pursed lips stay closed over the jaw, as a weight of mouthClose: a kiss has a jaw of a third. Lips that are funnelled do not. */
function heldTogether({ jawOpen, mouthPucker, mouthFunnel }: ExpressionBasis, weights: ArrayLike<number>): number {
  const jaw = weights[jawOpen], behind = Math.min(jaw, Math.max(0, BEHIND - BEYOND * (jaw - BEHIND)));
  return behind * weights[mouthPucker] * Math.max(0, 1 - weights[mouthFunnel]);
}

/** [51, 2] `end` and `early` of every blendshape of a basis. */
export function responsesOf(blendshapes: readonly string[]): Float64Array {
  return Float64Array.from(blendshapes.flatMap((name) => {
    const { end, early } = RESPONSES[name.replace(/(?<=Blink|Smile|Up|Down|Stretch|Frown|Press)(Left|Right)$/, "")] ?? { end: 1, early: 0 };
    return [end, early];
  }));
}

/**
 * How far every blendshape is taken when a face that shows `current` is asked for `weights`: as far as it is when nothing changes, further
 * than the weight says when it rises, and what the photo shows goes away at its natural size.
 *
 * @param current [51] what the photo shows
 * @param weights [51] 0…1
 * @param out [51]
 */
export function effectiveWeights(
  basis: ExpressionBasis, current: ArrayLike<number>, weights: ArrayLike<number>, out = new Float64Array(basis.blendshapes.length),
): Float64Array {
  const { responses, jawOpen, mouthClose } = basis;
  for (let k = 0; k < out.length; k++) {
    const to = weights[k], from = current[k];
    const end = responses[2 * k], early = responses[2 * k + 1];
    // end·w + early·w·(1 − w) at `to` less the same at `from`
    out[k] = to <= from ? to : from + (to - from) * (end + early * (1 - to - from));
  }
  out[mouthClose] += Math.max(0, heldTogether(basis, weights) - heldTogether(basis, current));
  // It closes the lips over an open jaw, and without one would push the lower lip into the upper.
  out[mouthClose] = Math.min(out[mouthClose], Math.max(out[jawOpen], current[mouthClose]));
  return out;
}
