import type { StageName } from "./stage-names.js";

/** The terms that a stage's loss may have. */
export interface Terms<T> {
  /** L_rec on x̂, the paper's, and on x̂', the motion head's. */
  readonly painted: T;
  readonly moved: T;
  /** L_id and L_e, on both; beyond the paper, the distance to the truth by the network of L_e. */
  readonly person: T;
  readonly expression: T;
  readonly likeness: T;
  /** L_a, L_Z, L_H. */
  readonly attention: T;
  readonly landmarks: T;
  readonly identityMap: T;
  /** L_adv, on both. */
  readonly adversarial: T;
  /**
   * Beyond the paper: the synthesis' weights told from e, and those of the target from what G_es says of it; the edges of x̂ and x̂'; the
   * motion head's flow at landmarks and where nothing moves, its s at landmarks, and the prices on m and s.
   */
  readonly weights: T;
  readonly shown: T;
  readonly edges: T;
  readonly flow: T;
  readonly still: T;
  readonly folds: T;
  readonly mask: T;
  readonly shading: T;
}

/** A name out of {@link Terms}. */
export type TermName = keyof Terms<unknown>;

/** What the paper gives no weight for: the motion head's own terms, and edges. */
const OURS = { edges: 10, flow: 3, still: 3, folds: 20, mask: 0.5, shading: 3 } as const;

/**
 * λ of each term in each stage. `adversarial` is eq. 2 as it stands, L_rec on both pictures. The paper gives no weights for its stages 1
 * and 2: they take those of eq. 2, x̂ counting half beside x̂'.
 *
 * L_a is 1 instead of 5 outside `adversarial`: in `joint`, without the paper's first stage and with few posed expressions in a batch,
 * its gradient drowned all others (at 5 the flow loss stood at 1.9 for 180 steps). There, what is shown counts most: x̂' and the flow.
 * `likeness` counts in hundreds because it is small: .005 where L_e is .07, nearly all of which is that two people are two.
 */
export const LAMBDA: Readonly<Record<StageName, Partial<Terms<number>>>> = {
  expression: { attention: 1, landmarks: 5, weights: 3 },
  identity: { identityMap: 3 },
  decoder: { moved: 20, painted: 10, person: 10, expression: 10, likeness: 100, ...OURS },
  joint: {
    moved: 40, painted: 20, person: 10, expression: 5, likeness: 600, attention: 1, landmarks: 5, identityMap: 3, weights: 6, shown: 6,
    ...OURS, edges: 20, flow: 8, still: 8, folds: 300, mask: 1,
  },
  adversarial: {
    moved: 20, painted: 20, person: 10, expression: 10, likeness: 100, attention: 5, landmarks: 5, identityMap: 3, weights: 3, shown: 3, adversarial: 3, ...OURS,
  },
};
