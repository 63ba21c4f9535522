import * as tf from "@tensorflow/tfjs";

/** How sharp the softmax over cosines is, and how much closer than the others a picture must be to its own person. */
const SCALE = 16, MARGIN = 0.15;

/**
 * Cosine softmax with an additive margin (Wang et al. 2018, "Additive margin softmax", eq. 6): the cross-entropy of
 * softmax(s·(cos θ_j − m·[j is the person])), so that what tells people apart is the direction of the embedding alone.
 *
 * @param cosines [b, people], see {@link personCosines}; @param people which person each picture shows, [b] int32
 */
export function cosineSoftmaxLoss(cosines: tf.Tensor2D, people: tf.Tensor1D): tf.Scalar {
  const own = tf.oneHot(people, cosines.shape[1]);
  const logits = tf.mul(tf.sub(cosines, tf.mul(own, MARGIN)), SCALE);
  return tf.neg(tf.mean(tf.sum(tf.mul(own, tf.logSoftmax(logits)), 1))) as tf.Scalar;
}

/** Cosines between embeddings [b, 1, 1, d] and each person's direction [1, 1, d, people]: [b, people]. */
export function personCosines(embedding: tf.Tensor, directions: tf.Tensor): tf.Tensor2D {
  const [, , length, people] = directions.shape as number[];
  return tf.matMul(unit(tf.reshape(embedding, [-1, length]), 1), unit(tf.reshape(directions, [length, people]), 0)) as tf.Tensor2D;
}

function unit(x: tf.Tensor, axis: number): tf.Tensor2D {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), axis, true), 1e-8))) as tf.Tensor2D;
}
