import * as tf from "@tensorflow/tfjs";
import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { encodeIdentity, reenactFace } from "../network/aip-gan.js";
import type { NetworkConfig } from "../network/config.js";
import { discriminate } from "../network/discriminator.js";
import { expressionEncoder } from "../network/expression-encoder.js";
import { identityEncoder } from "../network/identity-encoder.js";
import { discriminatorLoss } from "./adversarial-losses.js";
import type { Batch, SourceBatch } from "./batch.js";
import type { Critics, Discriminators } from "./critics.js";
import { LAMBDA, type TermName, type Terms } from "./lambdas.js";
import type { StageName } from "./stage-names.js";
import { adversarialTerms, decoderTerms, expressionTerms, identityTerms, image, perceptualTerms, picturesOf, shownTerms } from "./terms.js";

/** The loss that is minimised and the terms it is made of, by name. */
export type Objective = { readonly total: tf.Scalar } & Readonly<Record<string, tf.Scalar>>;

/** Given x̂ and x̂' [2·b, 96, 96, 3] while a loss is computed; what is to be used afterwards must be kept. */
export type OnMade = (made: tf.Tensor) => void;

/** Stage 1 for G_es (section 3.4): L_a, L_Z, and the synthesis' weights told from e. */
export function expressionObjective(ops: TfjsOps, config: NetworkConfig, batch: SourceBatch): Objective {
  return weighted("expression", batch, expressionTerms(ops, config, expressionEncoder<tf.Tensor>(ops, config, image(config, batch.source, 3)), batch));
}

/** Stage 1 for G_et (section 3.4): L_H. */
export function identityObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch): Objective {
  return weighted("identity", batch, identityTerms(ops, config, identityEncoder<tf.Tensor>(ops, config, image(config, batch.target, 3)), batch));
}

/** Stage 2 (section 3.4): L_rec, L_id and L_e, the flow and the prices on m and s. The encoders' own losses are left out. */
export function decoderObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch, { perceptual }: Critics = {}): Objective {
  const source = image(config, batch.source, 3), target = image(config, batch.target, 3);
  const { embedding } = encodeIdentity<tf.Tensor>(ops, config, target);
  const { generated } = reenactFace<tf.Tensor>(ops, config, source, embedding);
  const pictures = picturesOf(ops, config, batch, source, target, generated);
  return weighted("decoder", batch, {
    ...decoderTerms(config, pictures, generated, batch),
    ...(perceptual && perceptualTerms(pictures, perceptual)),
  });
}

/** All of eq. 2 but L_adv, on one batch. */
export function jointObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch, { perceptual }: Critics = {}): Objective {
  return everything("joint", ops, config, batch, { perceptual });
}

/** Stage 3 (section 3.4) for the generator: eq. 2. */
export function adversarialObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch, critics: Critics, onMade?: OnMade): Objective {
  return everything("adversarial", ops, config, batch, critics, onMade);
}

/** Stage 3 for the discriminators: the truth against x̂ and x̂' as the generator just made them. */
export function discriminatorObjective({ ops, config }: Discriminators, network: NetworkConfig, batch: Batch, made: tf.Tensor): Objective {
  const real = discriminate<tf.Tensor>(ops, config, image(network, batch.truth, 3));
  return { total: tf.mul(discriminatorLoss(real, discriminate<tf.Tensor>(ops, config, made)), share(batch, "adversarial")) as tf.Scalar };
}

function everything(stage: StageName, ops: TfjsOps, config: NetworkConfig, batch: Batch, critics: Critics, onMade?: OnMade): Objective {
  const source = image(config, batch.source, 3), target = image(config, batch.target, 3);
  const { identity, shown, embedding } = encodeIdentity<tf.Tensor>(ops, config, target);
  const { expression, generated } = reenactFace<tf.Tensor>(ops, config, source, embedding);
  const pictures = picturesOf(ops, config, batch, source, target, generated);
  onMade?.(pictures.made);
  return weighted(stage, batch, {
    ...decoderTerms(config, pictures, generated, batch),
    ...expressionTerms(ops, config, expression, batch),
    ...shownTerms(ops, config, shown, batch),
    ...identityTerms(ops, config, identity, batch),
    ...(critics.perceptual && perceptualTerms(pictures, critics.perceptual)),
    ...(critics.discriminators && adversarialTerms(pictures, critics.discriminators)),
  });
}

/** Σ λ·term, every term as its part of the whole batch's. */
function weighted(stage: StageName, batch: SourceBatch, terms: Partial<Terms<tf.Scalar>>): Objective {
  const shares = Object.entries(terms).map(([name, value]) => [name as TermName, tf.mul(value, share(batch, name as TermName))] as const);
  const parts = shares.map(([name, value]) => tf.mul(value, LAMBDA[stage][name]!));
  return { ...Object.fromEntries(shares), total: parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar } as Objective;
}

/** How much of the whole batch's term a part's term is. */
function share(batch: SourceBatch, term: TermName): number {
  return batch.shares ? batch.shares[term] ?? batch.shares.pictures : 1;
}
