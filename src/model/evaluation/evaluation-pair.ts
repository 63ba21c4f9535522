import type { FaceDataset } from "../synthesis/dataset.js";

/** A face of a dataset: a synthesised sample, or a photo as it is. */
export interface CropRef {
  readonly kind: "sample" | "original";
  readonly index: number;
}

/** One thing to do: give the person of a photo the expression of another picture. */
export interface EvaluationPair {
  readonly dataset: FaceDataset;
  /** x_s: who gives the expression. */
  readonly source: CropRef;
  /** x_t: the photo, as it is, whose person is to wear it. */
  readonly target: number;
  /** What should come out. */
  readonly truth: CropRef;
  /** The target's person. */
  readonly person: string;
  /** Another photo of that person, to judge identity by other pixels than those that were moved; where there is one. */
  readonly other?: number;
  /** What kinds of expression the source's is, as {@link expressionGroups} names them. */
  readonly groups: readonly string[];
}

/** The pixels of a face, [96, 96, 3] RGB. */
export function cropOf(dataset: FaceDataset, { kind, index }: CropRef): Uint8Array {
  return (kind === "sample" ? dataset.sample(index) : dataset.original(index)).pixels;
}

/** A basic expression counts from this share of the soft label on, a movement from this weight on. */
const SHOWN = 0.3;

/** Movements that the six basic expressions do not name, by the mean of the weights. */
const MOVEMENTS: Readonly<Record<string, readonly string[]>> = {
  "open mouth": ["jawOpen"],
  "closed eyes": ["eyeBlinkLeft", "eyeBlinkRight"],
  smile: ["mouthSmileLeft", "mouthSmileRight"],
  "raised brows": ["browInnerUp"],
};

/** The kinds of expression a pool entry is; one may be several, or "other" when it is none. Entry 0 is "neutral". */
export function expressionGroups(dataset: FaceDataset, pool: number): string[] {
  if (pool === 0) return ["neutral"];
  const { basic, blendshapes } = dataset.info;
  const label = dataset.label(pool), weights = dataset.weights(pool);
  const groups = basic.filter((_, i) => label[i] >= SHOWN);
  for (const [name, parts] of Object.entries(MOVEMENTS)) {
    const sum = parts.reduce((total, part) => total + (weights[blendshapes.indexOf(part)] ?? 0), 0);
    if (sum / parts.length >= SHOWN) groups.push(name);
  }
  return groups.length === 0 ? ["other"] : groups;
}
