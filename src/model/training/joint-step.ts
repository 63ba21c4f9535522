import * as tf from "@tensorflow/tfjs";
import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { drawIdentity, drawLandmarks, encodeIdentity, moveAndPaint, reenactFace, tellWeights } from "../network/aip-gan.js";
import type { NetworkConfig } from "../network/config.js";
import type { Batch } from "./batch.js";
import { LANDMARKS } from "./batch.js";
import { attentionLoss, flowLoss, imageDistance, maskPrice, reconstructionLoss, weightsLoss } from "./losses.js";

/**
 * λ of each term. L_rec, L_Z and L_H are eq. 2's; the paper's own x̂, the flow and the price on m belong to the motion head. L_a is 1
 * instead of 5 here: without the paper's first stage, and with few posed expressions in a batch, its gradient drowned all others
 * (at 5 the flow loss stood at 1.9 for 180 steps).
 */
export const LAMBDA = { moved: 20, painted: 10, attention: 1, landmarks: 5, identityMap: 3, weights: 3, flow: 3, mask: 0.5 } as const;

/** The joint reconstruction objective on one batch: everything of eq. 2 that needs no perceptual network and no discriminator. */
export function jointLosses(ops: TfjsOps, config: NetworkConfig, batch: Batch): { total: tf.Scalar } & Record<string, tf.Scalar> {
  const { size: side } = config;
  const image = (data: Float32Array, channels: number) => tf.tensor4d(data, [batch.size, side, side, channels]);
  const target = image(batch.target, 3), truth = image(batch.truth, 3), regions = image(batch.regions, 1);
  const points = tf.tensor3d(batch.points, [batch.size, LANDMARKS, 2]), way = tf.tensor3d(batch.way, [batch.size, LANDMARKS, 2]);
  const pointWeights = tf.tensor2d(batch.pointWeights, [batch.size, LANDMARKS]);

  const { identity, embedding } = encodeIdentity<tf.Tensor>(ops, config, target);
  const { expression, generated } = reenactFace<tf.Tensor>(ops, config, image(batch.source, 3), embedding);
  const losses: Record<string, tf.Scalar> = {
    moved: reconstructionLoss(moveAndPaint<tf.Tensor>(ops, config, target, generated), truth, regions),
    painted: reconstructionLoss(generated.painted, truth, regions),
    landmarks: imageDistance(drawLandmarks<tf.Tensor>(ops, config, expression), image(batch.landmarkImage, 1)),
    identityMap: imageDistance(drawIdentity<tf.Tensor>(ops, config, identity), image(batch.identityMap, 3)),
    weights: weightsLoss(tellWeights<tf.Tensor>(ops, config, expression), tf.tensor2d(batch.weights, [batch.size, config.expressionWeights])),
    flow: flowLoss(generated.flow as tf.Tensor4D, points, way, pointWeights),
    mask: maskPrice(generated.mask, image(batch.opened, 1)),
  };
  if (config.attention) {
    losses.attention = attentionLoss(expression.probabilities, tf.tensor2d(batch.labels, [batch.size, config.expressions]));
  }
  const terms = Object.entries(losses).map(([name, value]) => tf.mul(value, LAMBDA[name as keyof typeof LAMBDA]));
  return { ...losses, total: tf.addN(terms) as tf.Scalar };
}
