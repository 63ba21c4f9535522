import { VERTEX_COUNT, type ExpressionBasis } from "./expression-basis.js";
import { apertureFactor } from "./lid-openness.js";
import { across, type Opening } from "./opening.js";
import { projectVector, type PosedFace } from "./posed-face.js";
import { effectiveWeights } from "./response.js";

/** The inner rims of pressed lips overlap by this much in the basis (cm). */
const LIP_OVERLAP = 0.05;
/** What parts the lips less than this (cm) is closed. */
const LIPS_AJAR = 0.04;
/** How much of a pucker's rounding a funnel has. */
const FUNNEL_ROUNDS = 0.5;
/** How far the corners of an O go towards half its height. */
const CORNERS_FOLLOW = 0.7;
/** A photo whose lips are further apart or closer than its weights say is met by the basis over this length of opening (cm). */
const AGREE_OVER = 0.8;

/**
 * How the landmarks move in the image when the face changes from the photo's expression to `weights`. The face's part of the sums is made
 * once per face and kept; 0.1 ms after that.
 *
 * @param weights [51], 0…1
 * @returns [468, 2] pixels
 */
export function displacement(face: PosedFace, weights: ArrayLike<number>): Float64Array {
  let motion = motions.get(face);
  if (!motion) motions.set(face, motion = new FaceMotion(face));
  return motion.move(weights);
}

const motions = new WeakMap<PosedFace, FaceMotion>();

/** The motions of one face. */
export class FaceMotion {
  readonly #face: PosedFace;
  /** [51, 468, 2] pixels at weight 1. */
  readonly #table: Float32Array;
  readonly #lips: Gaps;
  readonly #eyes: readonly [right: Gaps, left: Gaps];
  /** [51, 9] how much further apart a blendshape puts each pair of the lips, cm. */
  readonly #parting: Float64Array;
  readonly #effective: Float64Array<ArrayBuffer>;

  constructor(face: PosedFace) {
    const { basis, pose } = face;
    this.#face = face;
    this.#table = new Float32Array(basis.blendshapes.length * VERTEX_COUNT * 2);
    for (let i = 0; i < this.#table.length / 2; i++) {
      this.#table.set(projectVector(pose, basis.deltas[3 * i], basis.deltas[3 * i + 1], basis.deltas[3 * i + 2]), 2 * i);
    }
    this.#lips = pairGaps(face, basis.lips);
    this.#eyes = [pairGaps(face, basis.eyes[0]), pairGaps(face, basis.eyes[1])];
    this.#parting = lipParting(basis);
    this.#effective = new Float64Array(basis.blendshapes.length);
  }

  /**
   * @param weights [51], 0…1
   * @param moved receives the motion
   * @returns [468, 2] pixels
   */
  move(weights: ArrayLike<number>, moved = new Float64Array(VERTEX_COUNT * 2)): Float64Array {
    const { basis, lateral, current } = this.#face, size = VERTEX_COUNT * 2, table = this.#table;
    const effective = effectiveWeights(basis, current, weights, this.#effective);
    moved.fill(0);
    for (let k = 0; k < effective.length; k++) {
      const change = effective[k] - current[k];
      if (change === 0) continue;
      for (let i = 0, j = k * size; i < size; i++, j++) moved[i] += change * table[j];
    }
    this.#roundLips(moved);
    this.#moveLips(moved);
    for (const eye of [0, 1] as const) {
      const factor = apertureFactor(basis, eye, current, effective);
      const { open, wanted } = this.#eyes[eye];
      for (let k = 0; k < open.length; k++) wanted[k] = Math.max(0, open[k]) * factor;
      correctGaps(this.#face, basis.eyes[eye], this.#eyes[eye], moved);
    }
    for (let i = 0; i < VERTEX_COUNT; i++) {
      // Near the silhouette the true surface turns away, which a flat picture cannot follow.
      const along = basis.silhouetteDamping[i] * (moved[2 * i] * lateral[0] + moved[2 * i + 1] * lateral[1]);
      moved[2 * i] -= along * lateral[0];
      moved[2 * i + 1] -= along * lateral[1];
    }
    return moved;
  }

  /**
   * Lips that are rounded over an open jaw are an O, its corners nearly half way down; the sum of a pucker and an open jaw alone leaves
   * them up, and the O pointed at its bottom.
   */
  #roundLips(moved: Float64Array): void {
    const { basis, current, points, down: [dx, dy] } = this.#face, { lips, corners } = basis;
    const rounded = (weights: ArrayLike<number>) => Math.min(1, weights[basis.mouthPucker] + FUNNEL_ROUNDS * weights[basis.mouthFunnel]);
    const more = rounded(this.#effective) - rounded(current);
    if (more <= 0) return;
    const height = (v: number) => (points[2 * v] + moved[2 * v]) * dx + (points[2 * v + 1] + moved[2 * v + 1]) * dy;
    const middle = lips.upper.length >> 1, half = (height(lips.upper[middle]) + height(lips.lower[middle])) / 2;
    for (const { vertex, spread } of corners) {
      const shift = CORNERS_FOLLOW * more * Math.max(0, half - height(vertex));
      for (let i = 0; i < VERTEX_COUNT; i++) {
        moved[2 * i] += shift * spread[i] * dx;
        moved[2 * i + 1] += shift * spread[i] * dy;
      }
    }
  }

  /** Closing lips keep the share of the photo's gap that the basis says is left; opening ones go from the photo's gap to the basis'. */
  #moveLips(moved: Float64Array): void {
    const { current, pose: { scale }, basis } = this.#face, { open, wanted } = this.#lips, pairs = open.length;
    for (let p = 0; p < pairs; p++) {
      let was = -LIP_OVERLAP, now = -LIP_OVERLAP;
      for (let k = 0; k < current.length; k++) {
        was += current[k] * this.#parting[k * pairs + p];
        now += this.#effective[k] * this.#parting[k * pairs + p];
      }
      was = Math.max(0, was);
      now = Math.max(0, now);
      const gap = Math.max(0, open[p]);
      wanted[p] = now > was
        ? now * scale + (gap - was * scale) * Math.exp((was - now) / AGREE_OVER)
        : gap * Math.min(1, now / Math.max(was, LIPS_AJAR));
      wanted[p] = Math.max(0, wanted[p]);
    }
    correctGaps(this.#face, basis.lips, this.#lips, moved);
  }
}

/** The pairs of an opening between its corners. */
interface Gaps {
  /** Distance of every pair in the photo along the face's "down", pixels. */
  readonly open: Float64Array;
  /** The distance it is to have. */
  readonly wanted: Float64Array;
}

function pairGaps(face: PosedFace, { upper, lower }: Opening): Gaps {
  const open = Float64Array.from({ length: upper.length - 2 }, (_, k) => across(face.points, face.down, upper[k + 1], lower[k + 1]));
  return { open, wanted: new Float64Array(open.length) };
}

/** Moves the rims of an opening (and the skin beside them) so that the gap of every pair becomes what is wanted. */
function correctGaps(face: PosedFace, opening: Opening, { open, wanted }: Gaps, moved: Float64Array): void {
  const { upper, lower, upperSpread, lowerSpread, upperShare } = opening;
  const [dx, dy] = face.down;
  for (let k = 0; k < open.length; k++) wanted[k] -= open[k] + across(moved, face.down, upper[k + 1], lower[k + 1]); // what is missing
  for (let i = 0; i < VERTEX_COUNT; i++) {
    let shift = 0;
    for (let k = 0; k < open.length; k++) {
      const j = k * VERTEX_COUNT + i;
      shift += wanted[k] * ((1 - upperShare) * lowerSpread[j] - upperShare * upperSpread[j]);
    }
    moved[2 * i] += shift * dx;
    moved[2 * i + 1] += shift * dy;
  }
}

/** What presses lips together: rolled in, their inner rims part in the basis but not in a picture. */
const CLOSING = /^mouth(Roll|Press|Close|Shrug)/;

function lipParting({ blendshapes, deltas, lips: { upper, lower } }: ExpressionBasis): Float64Array {
  return Float64Array.from(blendshapes.flatMap((name, k) => upper.slice(1, -1).map((u, p) => {
    const parting = deltas[(k * VERTEX_COUNT + u) * 3 + 1] - deltas[(k * VERTEX_COUNT + lower[p + 1]) * 3 + 1];
    return CLOSING.test(name) ? Math.min(0, parting) : parting;
  })));
}
