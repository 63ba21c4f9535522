import * as tf from "@tensorflow/tfjs";
import type { FeatureNetwork } from "./feature-network.js";

/** Keeps a direction defined where there are no features. */
const EPSILON = 1e-8;

/**
 * L_id and L_e (section 3.4): the perceptual distance of two batches of pictures on a frozen network's features. The paper gives no
 * formula; here it is 1 − cos between the channels of the same position, averaged over positions, pictures and the compared features, so
 * that it is 0…2 whatever the network's scale is.
 *
 * @param shown x_t for L_id, x_s for L_e, [b, 96, 96, 3] in −1…1, constants
 * @param generated [k·b, 96, 96, 3], pictures made of the `shown`, in the same order, k times over
 */
export function perceptualLoss(network: FeatureNetwork, shown: tf.Tensor, generated: tf.Tensor): tf.Scalar {
  const times = generated.shape[0] / shown.shape[0];
  const wanted = network.features(shown);
  const distances = network.features(generated).map((features, i) => cosineDistance(features, repeat(wanted[i], times)));
  return tf.mean(tf.stack(distances)) as tf.Scalar;
}

/** Mean of 1 − cos over all but the last axis, which holds the channels. */
export function cosineDistance(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  const sum = (x: tf.Tensor) => tf.sum(x, -1);
  const lengths = tf.sqrt(tf.mul(tf.add(sum(tf.square(a)), EPSILON), tf.add(sum(tf.square(b)), EPSILON)));
  return tf.mean(tf.sub(1, tf.div(sum(tf.mul(a, b)), lengths))) as tf.Scalar;
}

function repeat(x: tf.Tensor, times: number): tf.Tensor {
  return times === 1 ? x : tf.concat(Array.from({ length: times }, () => x), 0);
}
