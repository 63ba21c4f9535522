import { clamp01 } from "../geometry/kernels.js";
import type { LidShare } from "./lid-openness.js";
import type { Opening } from "./opening.js";

/** Points of the face mesh that the synthesis moves (MediaPipe's topology without the irises). */
export const VERTEX_COUNT = 468;

/** Side of a shading map in texels. */
export const SHADING_SIZE = 128;

/** A picture of teeth in front view, to be laid on the dental arch. */
export interface TeethSprite {
  /** RGBA, 0…255, row by row from the top. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Canonical x of the left edge, centimetres. */
  readonly left: number;
  /** Canonical y of the top edge, centimetres. */
  readonly top: number;
  readonly pixelsPerCm: number;
}

/**
 * A face that can show expressions: MediaPipe's canonical mesh with one displacement field and one shading map for each of 51
 * ARKit-named blendshapes. Canonical space is in centimetres: +x the subject's left, +y up, +z to the camera. All gains are applied.
 */
export interface ExpressionBasis {
  /** 51 names in the order of every weight vector. */
  readonly blendshapes: readonly string[];
  /** [468, 3] cm. */
  readonly vertices: Float64Array;
  /** [468, 2] texels of the shading maps: x right, y down, texel centres at integers. */
  readonly texels: Float64Array;
  /** [852, 3] vertices: the skin, without what fills the mouth and the eyes. */
  readonly skin: Uint16Array;
  /** [51, 468, 3] cm at weight 1. */
  readonly deltas: Float32Array;
  /** [51, 128, 128] change of log luminance at weight 1. */
  readonly shading: Float32Array;
  /** [51] the score MediaPipe gives a neutral face. */
  readonly neutralBias: Float64Array;
  /** [468] how far a vertex keeps still under expressions. */
  readonly rigidFitWeights: Float64Array;
  /** The mouth and the eyes, with all that is needed to open and close them. */
  readonly lips: Opening;
  /** Where the lips meet, right and left, and how far every vertex follows such a corner, [468] 0…1. */
  readonly corners: readonly { readonly vertex: number; readonly spread: Float64Array }[];
  readonly eyes: readonly [right: Opening, left: Opening];
  /** 36 vertices round the face, clockwise from the forehead's middle as seen by the camera. */
  readonly faceOval: readonly number[];
  /** [468] share of its sideways motion that a vertex near the silhouette loses, 0…0.5. */
  readonly silhouetteDamping: Float64Array;
  /** [51, 2] how far each blendshape is taken, see `effectiveWeights`. */
  readonly responses: Float64Array;
  /** Positions of blendshapes. */
  readonly jawOpen: number;
  readonly mouthClose: number;
  readonly mouthFunnel: number;
  readonly mouthPucker: number;
  /** What opens and shuts the right and the left eye. */
  readonly lidShares: readonly [right: readonly LidShare[], left: readonly LidShare[]];
  /** [51, 3] how the lower teeth move at weight 1, cm. */
  readonly lowerTeeth: Float64Array;
  readonly teeth: { readonly upper: TeethSprite; readonly lower: TeethSprite };
  /** Names of the six basic expressions, in the order of every soft label. */
  readonly basic: readonly string[];
  /** [51] weights of each basic expression at full strength, in the order of `basic`. */
  readonly basicWeights: readonly Float32Array[];
  /** SHA-256 over the basis' files, hexadecimal. */
  readonly sha256: string;
}

/**
 * A weight vector from named weights; names the basis does not have are left out (MediaPipe's `_neutral` is one).
 *
 * @returns [51]
 */
export function weightVector(basis: ExpressionBasis, named: Readonly<Record<string, number>>): Float32Array {
  return Float32Array.from(basis.blendshapes, (name) => named[name] ?? 0);
}

/**
 * The weights a face shows, from its blendshape scores: what a neutral face scores is taken off, (score − bias) / (1 − bias).
 *
 * @param scores 0…1 by blendshape name
 * @returns [51], 0…1
 */
export function weightsFromScores(basis: ExpressionBasis, scores: Readonly<Record<string, number>>): Float32Array {
  return weightVector(basis, scores).map((score, i) => {
    const bias = basis.neutralBias[i];
    return clamp01((score - bias) / (1 - bias));
  });
}
