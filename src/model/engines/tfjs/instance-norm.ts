import * as tf from "@tensorflow/tfjs";

import { NORM_EPSILON } from "../epsilon.js";

/**
 * Instance normalisation with its own gradient: composed of tfjs's operations it takes twice the passes over memory, and memory is
 * what a training step on CPU waits for.
 *
 * y = a·x + c per image and channel, with a = γ/σ and c = β − a·μ. With the means over positions of dy and dy·x̂,
 * dx = a·(dy − mean(dy) − x̂·mean(dy·x̂)); dγ and dβ are their sums over positions and images (Ioffe and Szegedy 2015, per instance).
 *
 * @param x [b, h, w, c]; @param gamma [c]; @param beta [c]
 */
export function instanceNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D {
  const op = tf.customGrad((...args: unknown[]) => {
    const [input, g, b, save] = args as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, (saved: tf.Tensor[]) => void];
    const mean = tf.mean(input, [1, 2], true);
    const variance = tf.maximum(tf.sub(tf.mean(tf.square(input), [1, 2], true), tf.square(mean)), 0);
    const inverse = tf.rsqrt(tf.add(variance, NORM_EPSILON));
    const scale = tf.mul(inverse, g);
    const value = tf.add(tf.mul(input, scale), tf.sub(b, tf.mul(mean, scale))) as tf.Tensor4D;
    save([input, mean, inverse, g]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [savedInput, mu, inv, savedGamma] = saved;
      const positions = savedInput.shape[1]! * savedInput.shape[2]!;
      const meanDy = tf.mean(dy, [1, 2], true);
      const meanDyX = tf.mean(tf.mul(dy, savedInput), [1, 2], true);
      const projection = tf.mul(tf.sub(meanDyX, tf.mul(meanDy, mu)), inv); // mean(dy·x̂)
      const a = tf.mul(inv, savedGamma);
      const slope = tf.neg(tf.mul(tf.mul(a, inv), projection)); // of x
      const offset = tf.neg(tf.add(tf.mul(a, meanDy), tf.mul(slope, mu)));
      const dx = tf.add(tf.add(tf.mul(dy, a), tf.mul(savedInput, slope)), offset);
      return [dx, tf.mul(tf.sum(projection, [0, 1, 2]), positions), tf.mul(tf.sum(meanDy, [0, 1, 2]), positions)];
    };
    return { value, gradFunc };
  });
  return op(x, gamma, beta) as tf.Tensor4D;
}
