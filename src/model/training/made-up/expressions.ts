import type { SampledExpression } from "../../synthesis/expression-sampler.js";
import { between, chance, pick, type Random } from "../../synthesis/random.js";

/** The 51 expression weights in the order of the face basis; what is drawn here follows about half of them. */
export const BLENDSHAPES = [
  "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
  "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight",
  "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
  "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft", "mouthLowerDownLeft",
  "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower",
  "mouthShrugUpper", "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
  "noseSneerLeft", "noseSneerRight",
] as const;

/** The basic expressions at full strength; `name*` stands for both sides. */
const BASIC: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  anger: { "browDown*": 1, "eyeSquint*": 0.6, "mouthFrown*": 0.4 },
  disgust: { "browDown*": 0.5, "eyeSquint*": 0.7, "mouthUpperUp*": 0.9, "mouthFrown*": 0.6 },
  fear: { browInnerUp: 1, "eyeWide*": 0.8, "mouthStretch*": 0.8, jawOpen: 0.2 },
  happiness: { "mouthSmile*": 1, "mouthUpperUp*": 0.3, "eyeSquint*": 0.3, jawOpen: 0.1 },
  sadness: { browInnerUp: 0.9, "mouthFrown*": 1, "eyeBlink*": 0.25 },
  surprise: { browInnerUp: 1, "browOuterUp*": 1, "eyeWide*": 0.9, jawOpen: 0.7 },
};

/** Names of the basic expressions. */
export const BASIC_NAMES = Object.keys(BASIC);

/** An expression that shows nothing. */
export function neutralExpression(): SampledExpression {
  return { weights: new Float32Array(BLENDSHAPES.length), label: new Float32Array(BASIC_NAMES.length) };
}

/** Draws an expression: talking mouths, smiles, basic expressions and lopsided faces, three tenths of them with closing eyes. */
export function drawExpression(random: Random): SampledExpression {
  const { weights, label } = neutralExpression();
  const raise = (name: string, value: number) => {
    for (const side of name.endsWith("*") ? [name.slice(0, -1) + "Left", name.slice(0, -1) + "Right"] : [name]) {
      const at = (BLENDSHAPES as readonly string[]).indexOf(side);
      weights[at] = Math.min(1, Math.max(weights[at], value));
    }
  };
  const kind = random();
  if (kind < 0.4) {
    raise("jawOpen", between(random, 0, 0.9));
    raise(pick(random, ["mouthPucker", "mouthFunnel", "mouthStretch*", "mouthLowerDown*", "mouthUpperUp*"]), between(random, 0, 0.9));
  } else if (kind < 0.85) {
    const name = chance(random, 0.4) ? "happiness" : pick(random, BASIC_NAMES), strength = between(random, 0.3, 1);
    for (const [shape, weight] of Object.entries(BASIC[name])) raise(shape, strength * weight);
    label[BASIC_NAMES.indexOf(name)] = strength;
  } else {
    const side = pick(random, ["Left", "Right"]);
    for (const shape of ["mouthSmile", "mouthFrown", "browOuterUp", "mouth"]) if (chance(random, 0.5)) raise(shape + side, between(random, 0.3, 1));
  }
  if (chance(random, 0.3)) raise(chance(random, 0.85) ? "eyeBlink*" : pick(random, ["eyeBlinkLeft", "eyeBlinkRight"]), between(random, 0.4, 1));
  return { weights, label };
}
