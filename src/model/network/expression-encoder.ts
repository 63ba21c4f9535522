import { mapSizes, type NetworkConfig } from "./config.js";
import { conv, dense, encoderBlock, scSE } from "./layers.js";
import type { Ops } from "./ops.js";

/** What G_es says of one picture of the driver. */
export interface Expression<T> {
  /** e, the expression code: [b, 1, 1, 30]. */
  readonly code: T;
  /** The seven attended maps F_e, largest first: [b, 48, 48, 64] … [b, 1, 1, 512]. */
  readonly maps: readonly T[];
  /** P of every attention module, for the attention loss (eq. 1): seven of [b, 1, 1, 6]; empty in the ablation without it. */
  readonly probabilities: readonly T[];
}

/**
 * Maps up to this side are not normalised. A trained encoder with InstanceNorm in blocks 5 and 6 too (and min–max attention) told blinks with
 * a correlation of 0.59 after 150 further steps of 32 faces; without it, blocks 5 to 7 started anew, at 0.53 then and at 0.77 after 300.
 */
const SMALL = 3;

/** G_es: seven blocks, each followed by expression attention; one FC layer (section 3.1). x: [b, 96, 96, 3] in −1…1. */
export function expressionEncoder<T>(ops: Ops<T>, config: NetworkConfig, x: T): Expression<T> {
  const maps: T[] = [];
  const probabilities: T[] = [];
  const sizes = mapSizes(config);
  let inputs = 3;
  config.channels.forEach((channels, i) => {
    const name = `expression.block${i + 1}`;
    const features = encoderBlock(ops, name, x, inputs, channels, sizes[i] > SMALL);
    if (config.attention) {
      const attention = expressionAttention(ops, `${name}.attention`, features, channels, config.expressions, sizes[i]);
      probabilities.push(attention.probabilities);
      x = attention.attended;
    } else {
      x = scSE(ops, `${name}.attention`, features, channels);
    }
    maps.push(x);
    inputs = channels;
  });
  return { code: dense(ops, "expression.code", x, inputs, config.expressionCode), maps, probabilities };
}

/**
 * The supervised spatial–channel attention module (section 3.1): scSE, a map Q_i for each basic expression, P = softmax of their
 * means, α = σ(Σ P_i Q_i), F_e = F ⊙ α.
 *
 * The paper's "norm" is the sigmoid here: min–max sets one position of every map to 0 and one to 1 whatever is there, which on the 3×3 and
 * 2×2 maps switched the same positions off for everybody.
 */
function expressionAttention<T>(ops: Ops<T>, name: string, features: T, channels: number, expressions: number, size: number) {
  const maps = conv(ops, `${name}.maps`, scSE(ops, `${name}.scse`, features, channels), 1, channels, expressions); // Q: [b, s, s, 6]
  const probabilities = ops.channelSoftmax(ops.spatialMean(maps)); // P: [b, 1, 1, 6]
  if (size === 1) return { attended: features, probabilities }; // one position has nothing to attend to
  const alpha = ops.sigmoid(ops.channelSum(ops.mul(maps, probabilities))); // α: [b, s, s, 1]
  return { attended: ops.mul(features, alpha), probabilities };
}
