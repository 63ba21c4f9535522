import { weightVector, type ExpressionBasis } from "../../src/model/synthesis/expression-basis.js";
import { sampleExpression } from "../../src/model/synthesis/expression-sampler.js";
import { between, chance, pick, type Random } from "../../src/model/synthesis/random.js";

/** An expression and where the eyes look, as shares of an eye's width. */
export interface Variety {
  readonly weights: Float32Array;
  readonly gaze: readonly [x: number, y: number];
}

/** Ranges by blendshape; `name*` stands for both sides. */
type Shape = Readonly<Record<string, readonly [low: number, high: number]>>;

/** What `sampleExpression` draws too seldom or too weakly for a score of it to be learned. */
const RARE: readonly Shape[] = [
  { mouthPucker: [0.5, 1.3], mouthFunnel: [0, 0.4] },
  { mouthPucker: [0.4, 1.2], jawOpen: [0, 0.3], mouthFunnel: [0.1, 0.5] },
  { mouthFunnel: [0.5, 1.3], jawOpen: [0.1, 0.5] },
  { "eyeSquint*": [0.4, 1.3], "cheekSquint*": [0.2, 1] },
  { "browDown*": [0.4, 1.4] },
  { "browDown*": [0.3, 1.2], "eyeSquint*": [0.3, 1] },
  { browInnerUp: [0.4, 1.5], "browOuterUp*": [0.2, 1.3] },
  { browInnerUp: [0.4, 1.5] },
  { "browOuterUp*": [0.4, 1.4] },
  { jawLeft: [0.3, 0.9] }, { jawRight: [0.3, 0.9] },
  { mouthLeft: [0.3, 1] }, { mouthRight: [0.3, 1] },
  { mouthRollLower: [0.3, 1], mouthRollUpper: [0.2, 0.9] },
  { "mouthUpperUp*": [0.3, 1], "noseSneer*": [0.2, 0.9] },
  { "mouthLowerDown*": [0.3, 1] }, { "mouthStretch*": [0.3, 1] }, { "mouthFrown*": [0.3, 1.1] },
  { "mouthPress*": [0.3, 1] }, { mouthShrugLower: [0.3, 1] }, { mouthShrugUpper: [0.3, 1] }, { "mouthDimple*": [0.3, 1] },
  { jawOpen: [0.5, 1.4] }, { "eyeWide*": [0.3, 1] }, { cheekPuff: [0.3, 0.8] },
];
/** How often one of them is added, and how often to a face that does nothing else. */
const ADDED = 0.55, ALONE = 0.5;
/** How often a one-sided expression is drawn of one that is two-sided. */
const LOPSIDED = 0.12;
const GAZE = 0.55, WIDEST_X = 0.24, WIDEST_Y = 0.13;

/** Draws expressions of every kind, the rare ones often, some beyond what the basis calls 1: scores of rendered faces fall short of it. */
export function sampleVariety(basis: ExpressionBasis, random: Random): Variety {
  const added = chance(random, ADDED), alone = added && chance(random, ALONE);
  const weights = alone ? new Float32Array(basis.blendshapes.length) : sampleExpression(basis, random).weights;
  if (added) {
    const shape = pick(random, RARE), only = chance(random, LOPSIDED) ? pick(random, ["Left", "Right"]) : undefined;
    for (const [name, [low, high]] of Object.entries(shape)) {
      const value = between(random, low, high);
      for (const side of name.endsWith("*") ? only ? [only] : ["Left", "Right"] : [""]) {
        const k = basis.blendshapes.indexOf(name.replace("*", side));
        weights[k] = Math.max(weights[k], value * between(random, 0.9, 1.1));
      }
    }
    if (alone && chance(random, 0.3)) raise(basis, weights, "eyeBlink", between(random, 0.1, 1.1));
  }
  if (!chance(random, GAZE)) return { weights, gaze: [0, 0] };
  const gaze = [WIDEST_X * (2 * random() - 1), WIDEST_Y * (2 * random() - 1)] as const;
  // Lids follow the eyes.
  if (gaze[1] > 0) raise(basis, weights, "eyeBlink", gaze[1] * between(random, 1, 3.5));
  else raise(basis, weights, "eyeWide", -gaze[1] * between(random, 0, 3));
  return { weights, gaze };
}

function raise(basis: ExpressionBasis, weights: Float32Array, name: string, value: number): void {
  const raised = weightVector(basis, { [`${name}Left`]: value, [`${name}Right`]: value });
  raised.forEach((v, k) => { weights[k] = Math.max(weights[k], v); });
}
