import * as tf from "@tensorflow/tfjs";

/**
 * L_a, eq. 1: the cross-entropy of every attention module's P with the expression shown, averaged over the layers (equal weight).
 * Rows of `labels` that are all zero (speech, blinks: none of the six) count nothing; rows may be soft.
 *
 * @param probabilities one [b, 1, 1, 6] per layer; @param labels [b, 6], rows in 0…1
 */
export function attentionLoss(probabilities: readonly tf.Tensor[], labels: tf.Tensor2D): tf.Scalar {
  const shown = tf.maximum(tf.sum(labels), 1);
  const layers = probabilities.map((p) => {
    const logarithm = tf.log(tf.add(tf.reshape(p, labels.shape), 1e-6));
    return tf.neg(tf.div(tf.sum(tf.mul(labels, logarithm)), shown));
  });
  return tf.mean(tf.stack(layers)) as tf.Scalar;
}

/** ‖a − b‖₂ per image, divided by √(elements) so that it does not depend on the image's size; mean over the batch. For L_Z and L_H. */
export function imageDistance(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  const square = tf.mean(tf.squaredDifference(a, b), [1, 2, 3]);
  return tf.mean(tf.sqrt(tf.add(square, 1e-8))) as tf.Scalar;
}

/** Σ (ŵ − w)² over the expression weights, mean over the batch. @param told [b, 1, 1, n]; @param weights [b, n] in 0…1 */
export function weightsLoss(told: tf.Tensor, weights: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.sum(tf.squaredDifference(tf.reshape(told, weights.shape), weights), 1)) as tf.Scalar;
}

/**
 * L_rec: pixel L1 between what was generated and the truth, weighted by region.
 *
 * @param generated [b, 96, 96, 3]; @param truth the same; @param weights [b, 96, 96, 1] > 0, more where expressions happen
 */
export function reconstructionLoss(generated: tf.Tensor, truth: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const weighted = tf.mul(tf.abs(tf.sub(generated, truth)), weights);
  return tf.div(tf.mean(weighted), tf.mean(weights)) as tf.Scalar;
}

/**
 * L1 between the differences of neighbouring pixels in what was generated and in the truth, weighted by region (the gradient difference loss of
 * Mathieu et al. 2016, with an exponent of 1): pixel L1 alone is content with soft lids, lips and teeth.
 *
 * @param generated [b, 96, 96, 3]; @param truth the same; @param weights [b, 96, 96, 1] > 0
 */
export function edgeLoss(generated: tf.Tensor, truth: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const counts = neighbours(weights as tf.Tensor4D), error = tf.sub(generated, truth) as tf.Tensor4D;
  const [across, down] = neighbours(error).map(([a, b], axis) => tf.mean(tf.mul(tf.abs(tf.sub(b, a)), counts[axis][0])));
  return tf.div(tf.add(across, down), tf.mean(weights)) as tf.Scalar;
}

/** Every pixel but the last and its neighbour, to the right and below: pictures to be compared with one another. */
function neighbours(x: tf.Tensor4D): readonly [tf.Tensor4D, tf.Tensor4D][] {
  const [batch, height, width, channels] = x.shape;
  return [
    [tf.slice(x, [0, 0, 0, 0], [batch, height, width - 1, channels]), tf.slice(x, [0, 0, 1, 0], [batch, height, width - 1, channels])],
    [tf.slice(x, [0, 0, 0, 0], [batch, height - 1, width, channels]), tf.slice(x, [0, 1, 0, 0], [batch, height - 1, width, channels])],
  ];
}

/**
 * L1 between the flow sampled at the truth's landmarks and the way from there to the same landmarks of the target.
 *
 * @param flow [b, 96, 96, 2] in pixels; @param at [b, n, 2] the truth's landmarks (x, y; pixel centres at whole numbers)
 * @param way [b, n, 2] target − truth; @param weights [b, n], 0 for landmarks that do not count
 */
export function flowLoss(flow: tf.Tensor4D, at: tf.Tensor3D, way: tf.Tensor3D, weights: tf.Tensor2D): tf.Scalar {
  const difference = tf.sum(tf.abs(tf.sub(sampleAt(flow, at), way)), 2);
  return tf.div(tf.sum(tf.mul(difference, weights)), tf.maximum(tf.sum(weights), 1)) as tf.Scalar;
}

/**
 * Mean L1 between s sampled at the truth's landmarks and how much lighter the truth is there than the target.
 *
 * @param shading s [b, 96, 96, 1]; @param at [b, n, 2] landmarks (x, y; pixel centres at whole numbers); @param folds [b, n]
 * @param weights [b, n], 0 for landmarks that do not count, whatever they are above
 */
export function foldsLoss(shading: tf.Tensor4D, at: tf.Tensor3D, folds: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar {
  const counts = tf.cast(tf.greater(weights, 0), "float32"), difference = tf.abs(tf.sub(tf.squeeze(sampleAt(shading, at), [2]), folds));
  return tf.div(tf.sum(tf.mul(difference, counts)), tf.maximum(tf.sum(counts), 1)) as tf.Scalar;
}

/**
 * The price of painting instead of moving, and of not painting where nothing is there to be moved: the mean of m outside `opened`, and
 * ten times the mean of 1 − m inside. Without the second part m closes before the painter has learned anything, and stays closed.
 *
 * @param mask m [b, 96, 96, 1]; @param opened 1 inside a mouth that the target has closed, the same shape
 */
export function maskPrice(mask: tf.Tensor, opened: tf.Tensor): tf.Scalar {
  return tf.add(tf.mean(tf.mul(mask, tf.sub(1, opened))), tf.mul(tf.mean(tf.mul(tf.sub(1, mask), opened)), 10)) as tf.Scalar;
}

/**
 * The price of shading finely: the mean difference of s between neighbours (its total variation). Folds are soft and few; without a price s
 * would draw edges that the flow missed, which blur when they are enlarged to a photo.
 *
 * @param shading s [b, h, w, 1]
 */
export function shadingPrice(shading: tf.Tensor4D): tf.Scalar {
  const [across, down] = neighbours(shading).map(([a, b]) => tf.mean(tf.abs(tf.sub(b, a))));
  return tf.add(across, down) as tf.Scalar;
}

/** Bilinear samples of `image` [b, h, w, c] at points [b, n, 2] (x, y) → [b, n, c]; points outside are moved to the border. */
export function sampleAt(image: tf.Tensor4D, points: tf.Tensor3D): tf.Tensor3D {
  const [batch, height, width, channels] = image.shape;
  const count = points.shape[1];
  const axis = (i: number, size: number) => tf.clipByValue(tf.reshape(tf.slice(points, [0, 0, i], [batch, count, 1]), [batch, count]), 0, size - 1);
  const x = axis(0, width), y = axis(1, height);
  const left = tf.minimum(tf.floor(x), width - 2), top = tf.minimum(tf.floor(y), height - 2);
  const right = tf.expandDims(tf.sub(x, left), 2), down = tf.expandDims(tf.sub(y, top), 2);
  const rows = tf.reshape(image, [batch * height * width, channels]);
  const first = tf.reshape(tf.mul(tf.range(0, batch), height * width), [batch, 1]);
  const corner = tf.cast(tf.add(tf.add(first, tf.mul(top, width)), left), "int32");
  const value = (offset: number) =>
    tf.reshape(tf.gather(rows, tf.reshape(tf.add(corner, tf.scalar(offset, "int32")), [-1])), [batch, count, channels]);
  const upper = tf.add(tf.mul(value(0), tf.sub(1, right)), tf.mul(value(1), right));
  const lower = tf.add(tf.mul(value(width), tf.sub(1, right)), tf.mul(value(width + 1), right));
  return tf.add(tf.mul(upper, tf.sub(1, down)), tf.mul(lower, down)) as tf.Tensor3D;
}
