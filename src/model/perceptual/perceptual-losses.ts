import * as tf from "@tensorflow/tfjs";
import type { FeatureNetwork } from "./feature-network.js";

/** Keeps a direction defined where there are no features. */
const EPSILON = 1e-8;

/**
 * L_id and L_e (section 3.4): the perceptual distance of two batches of pictures on a frozen network's features. The paper gives no
 * formula; here it is 1 − cos between the channels of the same position, averaged over positions, pictures and the compared features, so
 * that it is 0…2 whatever the network's scale is.
 *
 * @param shown what is compared with, [b, 96, 96, 3] in −1…1 each, constants: x_t for L_id, x_s for L_e, and the truth
 * @param generated [k·b, 96, 96, 3], pictures made of the `shown`, in the same order, k times over
 * @returns the distance to each of `shown`
 */
export function perceptualLosses(network: FeatureNetwork, shown: readonly tf.Tensor[], generated: tf.Tensor): tf.Scalar[] {
  const made = network.features(generated);
  return shown.map((pictures) => {
    const wanted = network.features(pictures), times = generated.shape[0] / pictures.shape[0];
    return tf.mean(tf.stack(made.map((features, i) => cosineDistance(features, repeat(wanted[i], times))))) as tf.Scalar;
  });
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
