import { weightVector, type ExpressionBasis } from "./expression-basis.js";
import { between, chance, pick, type Random } from "./random.js";

/** An expression drawn at random. */
export interface SampledExpression {
  /** [51], 0…1 */
  readonly weights: Float32Array;
  /** [6] how much of each basic expression it is, 0…1; zeros when it is none. */
  readonly label: Float32Array;
}

/** What a sample is before blinks and brows are added. */
type Kind = "neutral" | "speech" | "smile" | "posed" | "mixed";

/** Shares of the kinds; real footage is mostly speech, and the basic expressions are what the paper measures. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ["neutral", 0.05], ["speech", 0.45], ["smile", 0.15], ["posed", 0.25], ["mixed", 0.1],
];
const BLINKS = 0.3;

/** Weights beyond these look overacted on the basis, though each alone is defined up to 1. */
const LIMITS: Readonly<Record<string, number>> = {
  eyeWideLeft: 0.8, eyeWideRight: 0.8, noseSneerLeft: 0.7, noseSneerRight: 0.7, cheekPuff: 0.6,
  jawOpen: 0.9, jawLeft: 0.5, jawRight: 0.5, jawForward: 0.4, mouthLeft: 0.7, mouthRight: 0.7,
  mouthUpperUpLeft: 0.7, mouthUpperUpRight: 0.7, mouthLowerDownLeft: 0.75, mouthLowerDownRight: 0.75,
  mouthStretchLeft: 0.8, mouthStretchRight: 0.8, mouthRollLower: 0.7, mouthRollUpper: 0.7,
};

/** A shape of the mouth: ranges by blendshape, `name*` standing for both sides. */
type MouthShape = Readonly<Record<string, readonly [low: number, high: number]>>;

const OPEN_VOWELS: readonly MouthShape[] = [
  { jawOpen: [0.3, 0.9], "mouthLowerDown*": [0, 0.35], "mouthUpperUp*": [0, 0.25] }, // a
  { jawOpen: [0.25, 0.8], "mouthLowerDown*": [0, 0.4], "mouthUpperUp*": [0.05, 0.35], "mouthStretch*": [0, 0.4] }, // ae
  { jawOpen: [0.2, 0.7], mouthFunnel: [0.1, 0.6] }, // open o
];
const OTHER_SOUNDS: readonly MouthShape[] = [
  { jawOpen: [0.1, 0.4], "mouthLowerDown*": [0.1, 0.5], "mouthUpperUp*": [0.05, 0.35], "mouthStretch*": [0, 0.3] }, // e
  { jawOpen: [0.03, 0.25], "mouthStretch*": [0.2, 0.7], "mouthLowerDown*": [0.2, 0.6], "mouthUpperUp*": [0.1, 0.4] }, // i
  { jawOpen: [0.15, 0.6], mouthFunnel: [0.3, 0.9], mouthPucker: [0, 0.35] }, // o
  { jawOpen: [0, 0.2], mouthPucker: [0.4, 0.95], mouthFunnel: [0.1, 0.6] }, // u, w
  { jawOpen: [0, 0.3], mouthClose: [0, 0.3], "mouthPress*": [0.1, 0.7], mouthRollLower: [0, 0.5], mouthRollUpper: [0, 0.4] }, // m, b, p
  { jawOpen: [0.03, 0.15], mouthRollLower: [0.25, 0.7], "mouthUpperUp*": [0.15, 0.5] }, // f, v
  { jawOpen: [0, 0.12], "mouthLowerDown*": [0.1, 0.5], "mouthUpperUp*": [0, 0.35], mouthFunnel: [0, 0.4] }, // s, t, sh
];

/**
 * Draws an expression: speech-like mouths, smiles of every strength, the six basic expressions, lopsided mixes and near-neutral
 * faces, three tenths of them all with closed or half-closed eyes.
 */
export function sampleExpression(basis: ExpressionBasis, random: Random): SampledExpression {
  const face = new WeightDraft(random);
  const label = new Float32Array(basis.basic.length);
  const kind = drawKind(random);
  if (kind === "speech") drawSpeech(face);
  else if (kind === "smile") label[basis.basic.indexOf("happiness")] = drawSmile(face);
  else if (kind === "posed") drawPosed(face, basis, label);
  else if (kind === "mixed") drawLopsided(face);
  else for (const name of ["jawOpen", "mouthPress*", "mouthSmile*", "browInnerUp", "eyeSquint*"]) face.raise(name, 0, 0.1);

  if ((kind === "speech" || kind === "smile") && chance(random, 0.45)) drawBrows(face);
  if (kind !== "posed" && chance(random, 0.15)) face.raise(pick(random, ["eyeSquint*", "eyeWide*"]), 0.2, 0.7);
  if (chance(random, BLINKS)) drawBlink(face);
  else if (chance(random, 0.12)) face.raise(pick(random, ["eyeLookDown*", "eyeLookUp*"]), 0.2, 0.7);
  return { weights: weightVector(basis, face.plausible()), label };
}

function drawKind(random: Random): Kind {
  let rest = random();
  for (const [kind, share] of SHARES) {
    if (rest < share) return kind;
    rest -= share;
  }
  return "neutral";
}

function drawSpeech(face: WeightDraft): void {
  const { random } = face;
  const shape = pick(random, chance(random, 0.4) ? OPEN_VOWELS : OTHER_SOUNDS);
  for (const [name, [low, high]] of Object.entries(shape)) face.raise(name, low, high);
  if (chance(random, 0.35)) face.raise("mouthSmile*", 0.1, 0.4);
  if (chance(random, 0.15)) face.raise(pick(random, ["jawLeft", "jawRight", "mouthLeft", "mouthRight"]), 0.05, 0.25);
  if (chance(random, 0.15)) face.raise(pick(random, ["mouthShrugLower", "mouthShrugUpper", "mouthDimple*", "mouthFrown*"]), 0.1, 0.4);
}

/** @returns how much of happiness it is */
function drawSmile(face: WeightDraft): number {
  const { random } = face;
  const strength = 0.15 + 0.85 * Math.sqrt(random()); // every strength, the strong ones more often
  face.raise("mouthSmile*", strength, strength);
  face.raise("cheekSquint*", 0.4 * strength, 0.8 * strength);
  face.raise("eyeSquint*", 0.1 * strength, 0.55 * strength);
  if (chance(random, 0.55)) {
    face.raise("mouthUpperUp*", 0.2 * strength, 0.5 * strength);
    face.raise("mouthLowerDown*", 0.1 * strength, 0.5 * strength);
    face.raise("jawOpen", 0.02, chance(random, 0.5) ? 0.6 : 0.15);
  } else {
    face.raise("mouthDimple*", 0, 0.3);
    face.raise("mouthPress*", 0, 0.3);
  }
  return strength;
}

function drawPosed(face: WeightDraft, basis: ExpressionBasis, label: Float32Array): void {
  const { random } = face;
  const wear = (which: number, strength: number): void => {
    basis.basicWeights[which].forEach((weight, k) => {
      if (weight > 0) face.raise(basis.blendshapes[k], strength * weight * 0.9, strength * weight * 1.1);
    });
    label[which] = Math.max(label[which], strength);
  };
  const first = Math.floor(random() * basis.basic.length);
  wear(first, between(random, 0.5, 0.9));
  if (chance(random, 0.15)) wear(Math.floor(random() * basis.basic.length), between(random, 0.2, 0.4));
  if (chance(random, 0.2)) face.raise("jawOpen", 0.05, 0.4);
}

function drawLopsided(face: WeightDraft): void {
  const { random } = face;
  const side = pick(random, ["Left", "Right"]);
  const opposite = side === "Left" ? "Right" : "Left";
  const one = ["mouthSmile", "mouthFrown", "mouthDimple", "mouthUpperUp", "mouthLowerDown", "mouthStretch", "noseSneer"];
  face.raise(pick(random, one) + side, 0.3, 0.9);
  if (chance(random, 0.5)) face.raise(pick(random, one) + opposite, 0.1, 0.6);
  if (chance(random, 0.5)) face.raise(`mouth${side}`, 0.15, 0.6);
  if (chance(random, 0.3)) face.raise(`jaw${pick(random, [side, opposite])}`, 0.1, 0.5);
  if (chance(random, 0.5)) face.raise(`browOuterUp${pick(random, [side, opposite])}`, 0.3, 0.9);
  if (chance(random, 0.3)) face.raise(`browDown${opposite}`, 0.3, 0.9);
  if (chance(random, 0.15)) face.raise("cheekPuff", 0.2, 0.6);
  if (chance(random, 0.5)) face.raise("jawOpen", 0.05, 0.5);
}

function drawBrows(face: WeightDraft): void {
  const { random } = face;
  if (chance(random, 0.6)) {
    face.raise("browInnerUp", 0.1, 0.9);
    face.raise("browOuterUp*", 0, 0.8);
  } else {
    face.raise("browDown*", 0.2, 0.9);
  }
}

function drawBlink(face: WeightDraft): void {
  const { random } = face;
  const name = chance(random, 0.85) ? "eyeBlink*" : pick(random, ["eyeBlinkLeft", "eyeBlinkRight"]);
  if (chance(random, 0.65)) face.raise(name, 0.85, 1);
  else face.raise(name, 0.3, 0.8);
}

/** Named weights while an expression is being put together. */
class WeightDraft {
  readonly #weights: Record<string, number> = {};

  constructor(readonly random: Random) {}

  /** Raises a weight to a value between the bounds; `name*` raises both sides to nearly the same. */
  raise(name: string, low: number, high: number): void {
    const value = between(this.random, low, high);
    const sides = name.endsWith("*") ? [name.slice(0, -1) + "Left", name.slice(0, -1) + "Right"] : [name];
    for (const side of sides) {
      const own = sides.length > 1 ? value * between(this.random, 0.9, 1.1) : value;
      this.#weights[side] = Math.max(this.#weights[side] ?? 0, own);
    }
  }

  /** The weights cut to what a face can do at once. */
  plausible(): Record<string, number> {
    const w = this.#weights;
    const jaw = w.jawOpen ?? 0, fall = (name: string, factor: number): void => { if (name in w) w[name] *= factor; };
    for (const side of ["Left", "Right"]) {
      fall(`eyeWide${side}`, 1 - Math.min(1, w[`eyeBlink${side}`] ?? 0)); // lids do not open and close at once
      fall(`mouthPress${side}`, Math.max(0, 1 - 2.5 * jaw)); // lips that are apart press nothing
    }
    w.mouthClose = Math.min(w.mouthClose ?? 0, jaw); // it is defined as closing the lips over an open jaw
    const rounded = Math.max(w.mouthPucker ?? 0, w.mouthFunnel ?? 0);
    for (const name of ["mouthSmile", "mouthStretch"]) for (const side of ["Left", "Right"]) fall(name + side, 1 - 0.6 * Math.min(1, rounded));
    for (const name of ["mouthRollLower", "mouthRollUpper"]) fall(name, 1 - 0.7 * Math.min(1, jaw));
    for (const name of Object.keys(w)) w[name] = Math.min(w[name], LIMITS[name] ?? 1);
    return w;
  }
}
