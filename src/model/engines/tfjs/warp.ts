import * as tf from "@tensorflow/tfjs";

/**
 * Backward warp: samples `image` at (x + flow₀, y + flow₁), bilinearly, positions outside moved to the border (Jaderberg et al. 2015,
 * eq. 5). Differentiable in `flow` (eq. 7); `image` is taken as given, as the photo is.
 *
 * @param image [b, h, w, c]; @param flow [b, h, w, 2] in pixels; @returns [b, h, w, c]
 */
export function warp(image: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad((...args: unknown[]) => {
    const [f, save] = args as [tf.Tensor4D, (saved: tf.Tensor[]) => void];
    const { corners: [a, b, c, d], right, down } = cells(image, f);
    const upper = tf.add(tf.mul(a, tf.sub(1, right)), tf.mul(b, right));
    const lower = tf.add(tf.mul(c, tf.sub(1, right)), tf.mul(d, right));
    save([f, image]); // the image too: it is gone when the gradient is computed
    const gradFunc = (dy: tf.Tensor, [flowThen, imageThen]: tf.Tensor[]) => flowGradient(imageThen as tf.Tensor4D, flowThen as tf.Tensor4D, dy);
    return { value: tf.add(tf.mul(upper, tf.sub(1, down)), tf.mul(lower, down)), gradFunc };
  });
  return op(flow) as tf.Tensor4D;
}

/** How the sample moves with x and y inside its cell, times dy; nothing where the position was moved to the border. */
function flowGradient(image: tf.Tensor4D, flow: tf.Tensor4D, dy: tf.Tensor): tf.Tensor {
  const { corners: [a, b, c, d], right, down, inside } = cells(image, flow);
  const alongX = tf.add(tf.mul(tf.sub(b, a), tf.sub(1, down)), tf.mul(tf.sub(d, c), down));
  const alongY = tf.add(tf.mul(tf.sub(c, a), tf.sub(1, right)), tf.mul(tf.sub(d, b), right));
  const part = (along: tf.Tensor) => tf.sum(tf.mul(along, dy), 3, true);
  return tf.mul(tf.concat([part(alongX), part(alongY)], 3), inside);
}

/** The four pixels round every position [b, h, w, c], its place among them [b, h, w, 1], and which axes were not clipped [b, h, w, 2]. */
function cells(image: tf.Tensor4D, flow: tf.Tensor4D) {
  const [batch, height, width, channels] = image.shape;
  const pixels = tf.reshape(image, [batch * height * width, channels]);
  const position = (i: number, own: tf.Tensor) => tf.add(tf.reshape(tf.slice(flow, [0, 0, 0, i], [batch, height, width, 1]), [batch, height, width]), own);
  const wantedX = position(0, tf.reshape(tf.range(0, width), [1, 1, width]));
  const wantedY = position(1, tf.reshape(tf.range(0, height), [1, height, 1]));
  const x = tf.clipByValue(wantedX, 0, width - 1), y = tf.clipByValue(wantedY, 0, height - 1);
  const left = tf.minimum(tf.floor(x), width - 2), top = tf.minimum(tf.floor(y), height - 2);
  const first = tf.reshape(tf.mul(tf.range(0, batch), height * width), [batch, 1, 1]);
  const corner = tf.cast(tf.add(tf.add(first, tf.mul(top, width)), left), "int32");
  const at = (offset: number) =>
    tf.reshape(tf.gather(pixels, tf.reshape(tf.add(corner, tf.scalar(offset, "int32")), [-1])), [batch, height, width, channels]);
  const inside = tf.stack([tf.equal(x, wantedX), tf.equal(y, wantedY)].map((kept) => tf.cast(kept, "float32")), 3);
  return {
    corners: [at(0), at(1), at(width), at(width + 1)] as const,
    right: tf.expandDims(tf.sub(x, left), 3), down: tf.expandDims(tf.sub(y, top), 3), inside,
  };
}
