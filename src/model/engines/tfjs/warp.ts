import * as tf from "@tensorflow/tfjs";

/**
 * Backward warp: samples `image` at (x + flow₀, y + flow₁), bilinearly, positions outside moved to the border (Jaderberg et al. 2015,
 * eq. 5). Differentiable in both arguments.
 *
 * @param image [b, h, w, c]; @param flow [b, h, w, 2] in pixels; @returns [b, h, w, c]
 */
export function warp(image: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const pixels = tf.reshape(image, [batch * height * width, channels]) as tf.Tensor2D;
  const columns = tf.reshape(tf.range(0, width), [1, 1, width]);
  const rows = tf.reshape(tf.range(0, height), [1, height, 1]);
  const part = (i: number) => tf.reshape(tf.slice(flow, [0, 0, 0, i], [batch, height, width, 1]), [batch, height, width]);
  const x = tf.clipByValue(tf.add(part(0), columns), 0, width - 1);
  const y = tf.clipByValue(tf.add(part(1), rows), 0, height - 1);
  // The cell's corner is constant; gradients flow through the weights within the cell.
  const left = tf.minimum(tf.floor(x), width - 2);
  const top = tf.minimum(tf.floor(y), height - 2);
  const right = tf.expandDims(tf.sub(x, left), 3);
  const down = tf.expandDims(tf.sub(y, top), 3);
  const first = tf.reshape(tf.mul(tf.range(0, batch), height * width), [batch, 1, 1]);
  const corner = tf.cast(tf.add(tf.add(first, tf.mul(top, width)), left), "int32");
  const at = (offset: number) =>
    tf.reshape(tf.gather(pixels, tf.reshape(tf.add(corner, tf.scalar(offset, "int32")), [-1])), [batch, height, width, channels]);
  const upper = tf.add(tf.mul(at(0), tf.sub(1, right)), tf.mul(at(1), right));
  const lower = tf.add(tf.mul(at(width), tf.sub(1, right)), tf.mul(at(width + 1), right));
  return tf.add(tf.mul(upper, tf.sub(1, down)), tf.mul(lower, down)) as tf.Tensor4D;
}
