import * as tf from "@tensorflow/tfjs";
import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { drawIdentity, drawLandmarks, encodeIdentity, moveAndPaint, reenactFace, tellWeights, type Generated } from "../network/aip-gan.js";
import type { NetworkConfig } from "../network/config.js";
import { expressionEncoder, type Expression } from "../network/expression-encoder.js";
import { identityEncoder, type Identity } from "../network/identity-encoder.js";
import { LANDMARKS, type Batch, type SourceBatch } from "./batch.js";
import { attentionLoss, flowLoss, imageDistance, maskPrice, reconstructionLoss, weightsLoss } from "./losses.js";

/**
 * λ of each term. L_rec, L_Z and L_H are eq. 2's; the paper's own x̂, the flow and the price on m belong to the motion head. L_a is 1
 * instead of 5 here: without the paper's first stage, and with few posed expressions in a batch, its gradient drowned all others
 * (at 5 the flow loss stood at 1.9 for 180 steps).
 */
export const LAMBDA = { moved: 20, painted: 10, attention: 1, landmarks: 5, identityMap: 3, weights: 3, flow: 3, mask: 0.5 } as const;

/** The loss that is minimised and the terms it is made of, by name. */
export type Objective = { readonly total: tf.Scalar } & Readonly<Record<string, tf.Scalar>>;

type Terms = Partial<Record<keyof typeof LAMBDA, tf.Scalar>>;

/** Stage 1 for G_es (section 3.4): L_a, L_Z, and the synthesis' weights told from e. */
export function expressionObjective(ops: TfjsOps, config: NetworkConfig, batch: SourceBatch): Objective {
  return weighted(expressionTerms(ops, config, expressionEncoder<tf.Tensor>(ops, config, image(config, batch.source, 3)), batch));
}

/** Stage 1 for G_et (section 3.4): L_H. */
export function identityObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch): Objective {
  return weighted(identityTerms(ops, config, identityEncoder<tf.Tensor>(ops, config, image(config, batch.target, 3)), batch));
}

/** Stage 2's reconstruction (section 3.4): L_rec on x̂ and x̂', the flow and the price on m. The encoders' own losses are left out. */
export function decoderObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch): Objective {
  const target = image(config, batch.target, 3);
  const { embedding } = encodeIdentity<tf.Tensor>(ops, config, target);
  const { generated } = reenactFace<tf.Tensor>(ops, config, image(config, batch.source, 3), embedding);
  return weighted(decoderTerms(ops, config, target, generated, batch));
}

/** Everything of eq. 2 that needs no perceptual network and no discriminator, on one batch. */
export function jointObjective(ops: TfjsOps, config: NetworkConfig, batch: Batch): Objective {
  const target = image(config, batch.target, 3);
  const { identity, embedding } = encodeIdentity<tf.Tensor>(ops, config, target);
  const { expression, generated } = reenactFace<tf.Tensor>(ops, config, image(config, batch.source, 3), embedding);
  return weighted({
    ...decoderTerms(ops, config, target, generated, batch),
    ...expressionTerms(ops, config, expression, batch),
    ...identityTerms(ops, config, identity, batch),
  });
}

function expressionTerms(ops: TfjsOps, config: NetworkConfig, expression: Expression<tf.Tensor>, batch: SourceBatch): Terms {
  return {
    landmarks: imageDistance(drawLandmarks<tf.Tensor>(ops, config, expression), image(config, batch.landmarkImage, 1)),
    weights: weightsLoss(tellWeights<tf.Tensor>(ops, config, expression), tf.tensor2d(batch.weights, [batch.size, config.expressionWeights])),
    ...(config.attention && { attention: attentionLoss(expression.probabilities, tf.tensor2d(batch.labels, [batch.size, config.expressions])) }),
  };
}

function identityTerms(ops: TfjsOps, config: NetworkConfig, identity: Identity<tf.Tensor>, batch: Batch): Terms {
  return { identityMap: imageDistance(drawIdentity<tf.Tensor>(ops, config, identity), image(config, batch.identityMap, 3)) };
}

function decoderTerms(ops: TfjsOps, config: NetworkConfig, target: tf.Tensor, generated: Generated<tf.Tensor>, batch: Batch): Terms {
  const truth = image(config, batch.truth, 3), regions = image(config, batch.regions, 1);
  const points = tf.tensor3d(batch.points, [batch.size, LANDMARKS, 2]), way = tf.tensor3d(batch.way, [batch.size, LANDMARKS, 2]);
  return {
    moved: reconstructionLoss(moveAndPaint<tf.Tensor>(ops, config, target, generated), truth, regions),
    painted: reconstructionLoss(generated.painted, truth, regions),
    flow: flowLoss(generated.flow as tf.Tensor4D, points, way, tf.tensor2d(batch.pointWeights, [batch.size, LANDMARKS])),
    mask: maskPrice(generated.mask, image(config, batch.opened, 1)),
  };
}

/** A batch's pictures: [b, 96, 96, channels]. */
function image({ size }: NetworkConfig, data: Float32Array, channels: number): tf.Tensor4D {
  return tf.tensor4d(data, [data.length / (size * size * channels), size, size, channels]);
}

function weighted(terms: Terms): Objective {
  const parts = Object.entries(terms).map(([name, value]) => tf.mul(value, LAMBDA[name as keyof typeof LAMBDA]));
  return { ...terms, total: tf.addN(parts) as tf.Scalar } as Objective;
}
