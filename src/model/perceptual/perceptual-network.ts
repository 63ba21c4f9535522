import { conv, dense, SLOPE } from "../network/layers.js";
import type { Ops } from "../network/ops.js";
import { recordParameters, type Parameter } from "../network/parameters.js";
import type { PerceptualConfig } from "./perceptual-config.js";

/** Maps up to this side are not normalised: over so few positions InstanceNorm removes what a picture says. */
const SMALL = 3;

/** What a perceptual network says of a picture. */
export interface Perceived<T> {
  /** The maps that are compared, largest first, and the embedding [b, 1, 1, 128] at the end. */
  readonly features: readonly T[];
  /** [b, 1, 1, 128], of unit power. */
  readonly embedding: T;
}

/**
 * A small network for perceptual losses, where the paper has VGG-Face: seven blocks of [conv 3×3, InstanceNorm, LeakyReLU, halving], one
 * FC layer. x: [b, 96, 96, 3] in −1…1.
 */
export function perceive<T>(ops: Ops<T>, config: PerceptualConfig, x: T): Perceived<T> {
  const maps: T[] = [];
  let inputs = 3, size = config.size as number;
  config.channels.forEach((outputs, i) => {
    const block = `block${i + 1}`, normalised = size > SMALL;
    x = conv(ops, block, x, 3, inputs, outputs, { bias: !normalised });
    if (normalised) {
      const gamma = ops.weight(`${block}.norm.gamma`, [outputs], { kind: "constant", value: 1 });
      const beta = ops.weight(`${block}.norm.beta`, [outputs], { kind: "constant", value: 0 });
      x = ops.instanceNorm(x, gamma, beta);
    }
    x = ops.halve(ops.leakyRelu(x, SLOPE)); // 48, 24, 12, 6, 3, 2, 1
    maps.push(x);
    inputs = outputs;
    size = Math.ceil(size / 2);
  });
  const embedding = ops.unitPower(dense(ops, "embedding", x, inputs, config.embedding));
  return { embedding, features: [...maps.slice(maps.length - config.compared), embedding] };
}

/** The expression weights told from the embedding: [b, 1, 1, 51]. Training alone. */
export function tellExpression<T>(ops: Ops<T>, config: PerceptualConfig, { embedding }: Perceived<T>): T {
  return dense(ops, "head", embedding, config.embedding, config.outputs);
}

/** A direction for each person of the training set, [1, 1, 128, people]: embeddings are drawn to their person's. Training alone. */
export function personDirections<T>(ops: Ops<T>, config: PerceptualConfig): T {
  return ops.weight("head.kernel", [1, 1, config.embedding, config.outputs], { kind: "he", fanIn: config.embedding });
}

/** Every weight of the network; `training` adds the head that only its own training needs. */
export function perceptualParameters(config: PerceptualConfig, training: boolean): Parameter[] {
  return recordParameters((ops) => {
    const perceived = perceive(ops, config, undefined);
    if (!training) return;
    if (config.kind === "identity") personDirections(ops, config);
    else tellExpression(ops, config, perceived);
  });
}
