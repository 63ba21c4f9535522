import * as tf from "@tensorflow/tfjs";
import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { drawIdentity, drawLandmarks, moveAndPaint, tellWeights, type Generated } from "../network/aip-gan.js";
import type { NetworkConfig } from "../network/config.js";
import { discriminate } from "../network/discriminator.js";
import type { Expression } from "../network/expression-encoder.js";
import type { Identity } from "../network/identity-encoder.js";
import type { PerceptualNetworks } from "../perceptual/feature-network.js";
import { perceptualLosses } from "../perceptual/perceptual-losses.js";
import { generatorLoss } from "./adversarial-losses.js";
import { LANDMARKS, type Batch, type SourceBatch } from "./batch.js";
import type { Discriminators } from "./critics.js";
import type { Terms } from "./lambdas.js";
import { attentionLoss, edgeLoss, flowLoss, foldsLoss, imageDistance, maskPrice, reconstructionLoss, shadingPrice, weightsLoss } from "./losses.js";
import { STILL_POINTS } from "./still-points.js";

type Some = Partial<Terms<tf.Scalar>>;

/** The pictures a stage's losses look at. */
export interface Pictures {
  readonly source: tf.Tensor;
  readonly target: tf.Tensor;
  readonly truth: tf.Tensor;
  /** x̂ and, after them, x̂': [2·b, 96, 96, 3]. */
  readonly made: tf.Tensor;
}

/** What G_es learns from: L_Z, the weights told from e, and L_a where there is attention. */
export function expressionTerms(ops: TfjsOps, config: NetworkConfig, expression: Expression<tf.Tensor>, batch: SourceBatch): Some {
  return {
    landmarks: imageDistance(drawLandmarks<tf.Tensor>(ops, config, expression), image(config, batch.landmarkImage, 1)),
    weights: told(ops, config, expression, batch.weights),
    ...(config.attention && { attention: attentionLoss(expression.probabilities, tf.tensor2d(batch.labels, [batch.size, config.expressions])) }),
  };
}

/** What G_es learns from the photo, where it sees it: the weights of what it shows. */
export function shownTerms(ops: TfjsOps, config: NetworkConfig, shown: Expression<tf.Tensor> | undefined, batch: Batch): Some {
  return shown ? { shown: told(ops, config, shown, batch.shown) } : {};
}

/** How far the weights that are told from e are from `weights`, [b, 51]. */
function told(ops: TfjsOps, config: NetworkConfig, expression: Expression<tf.Tensor>, weights: Float32Array): tf.Scalar {
  const each = config.expressionWeights;
  return weightsLoss(tellWeights<tf.Tensor>(ops, config, expression), tf.tensor2d(weights, [weights.length / each, each]));
}

/** What G_et learns from: L_H. */
export function identityTerms(ops: TfjsOps, config: NetworkConfig, identity: Identity<tf.Tensor>, batch: Batch): Some {
  return { identityMap: imageDistance(drawIdentity<tf.Tensor>(ops, config, identity), image(config, batch.identityMap, 3)) };
}

/** What G_de learns from: L_rec and edges of x̂ and x̂', the flow, s at landmarks, and the prices on m and s. */
export function decoderTerms(config: NetworkConfig, { truth, made }: Pictures, generated: Generated<tf.Tensor>, batch: Batch): Some {
  const regions = image(config, batch.regions, 1);
  const [painted, moved] = tf.split(made, 2);
  const points = tf.tensor3d(batch.points, [batch.size, LANDMARKS, 2]), way = tf.tensor3d(batch.way, [batch.size, LANDMARKS, 2]);
  const pointWeights = tf.tensor2d(batch.pointWeights, [batch.size, LANDMARKS]);
  const flow = generated.flow as tf.Tensor4D, shading = generated.shading as tf.Tensor4D;
  const still = {
    points: tf.tensor3d(batch.stillPoints, [batch.size, STILL_POINTS, 2]), way: tf.zeros<tf.Rank.R3>([batch.size, STILL_POINTS, 2]),
    weights: tf.tensor2d(batch.stillWeights, [batch.size, STILL_POINTS]),
  };
  return {
    moved: reconstructionLoss(moved, truth, regions),
    painted: reconstructionLoss(painted, truth, regions),
    edges: tf.add(edgeLoss(painted, truth, regions), edgeLoss(moved, truth, regions)) as tf.Scalar,
    flow: flowLoss(flow, points, way, pointWeights),
    still: flowLoss(flow, still.points, still.way, still.weights),
    folds: foldsLoss(shading, points, tf.tensor2d(batch.folds, [batch.size, LANDMARKS]), pointWeights),
    mask: maskPrice(generated.mask, image(config, batch.opened, 1)),
    shading: shadingPrice(shading),
  };
}

/** L_id between x_t and what was made, L_e between x_s and what was made; and L_e's distance to the truth, which lies where it should. */
export function perceptualTerms({ source, target, truth, made }: Pictures, networks: PerceptualNetworks): Some {
  const [person] = perceptualLosses(networks.identity, [target], made);
  const [expression, likeness] = perceptualLosses(networks.expression, [source, truth], made);
  return { person, expression, likeness };
}

/** L_adv: what was made is to pass for real. The discriminators stay as they are. */
export function adversarialTerms({ made }: Pictures, { ops, config }: Discriminators): Some {
  return { adversarial: generatorLoss(discriminate<tf.Tensor>(ops, config, made)) };
}

/** A batch's pictures: [b, 96, 96, channels]. */
export function image({ size }: NetworkConfig, data: Float32Array, channels: number): tf.Tensor4D {
  return tf.tensor4d(data, [data.length / (size * size * channels), size, size, channels]);
}

/** The pictures of a batch, with x̂ and x̂' of them. */
export function picturesOf(
  ops: TfjsOps, config: NetworkConfig, batch: Batch, source: tf.Tensor, target: tf.Tensor, generated: Generated<tf.Tensor>,
): Pictures {
  const made = tf.concat([generated.painted, moveAndPaint<tf.Tensor>(ops, config, target, generated)], 0);
  return { source, target, truth: image(config, batch.truth, 3), made };
}
