import * as tf from "@tensorflow/tfjs";

/**
 * L_adv, what the generator is to lower (Mao et al. 2017, eq. 9, with a = 0 and b = c = 1): ½·mean (D(x̂) − 1)², summed over the
 * discriminators' scales as in pix2pixHD.
 *
 * @param made scores of what was generated, one [b, h, w, 1] a scale
 */
export function generatorLoss(made: readonly tf.Tensor[]): tf.Scalar {
  return sumOf(made.map((scores) => meanSquare(tf.sub(scores, 1))));
}

/** What the discriminators are to lower (the same equation): ½·mean (D(x) − 1)² + ½·mean D(x̂)², summed over scales. */
export function discriminatorLoss(real: readonly tf.Tensor[], made: readonly tf.Tensor[]): tf.Scalar {
  return sumOf([...real.map((scores) => meanSquare(tf.sub(scores, 1))), ...made.map((scores) => meanSquare(scores))]);
}

function meanSquare(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mean(tf.square(x)), 0.5);
}

function sumOf(scalars: readonly tf.Tensor[]): tf.Scalar {
  return tf.addN([...scalars]) as tf.Scalar;
}
