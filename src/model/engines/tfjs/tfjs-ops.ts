import * as tf from "@tensorflow/tfjs";
import type { Initializer, Ops } from "../../network/ops.js";
import { ROOT_EPSILON } from "../epsilon.js";
import { instanceNorm } from "./instance-norm.js";
import { warp } from "./warp.js";

/** Runs the network's operations at once with tfjs, on whatever backend is set; differentiable. Tensors are [b, h, w, c]. */
export class TfjsOps implements Ops<tf.Tensor> {
  readonly #weight: (name: string) => tf.Tensor;
  readonly #fixed = new Map<string, tf.Tensor>();

  /** @param weight the tensor or variable of a weight, by name */
  constructor(weight: (name: string) => tf.Tensor) {
    this.#weight = weight;
  }

  /** Disposes the constant kernels; the weights belong to whoever gave them. */
  close(): void {
    for (const tensor of this.#fixed.values()) tensor.dispose();
    this.#fixed.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  weight(name: string, _shape: readonly number[], _init: Initializer): tf.Tensor {
    return this.#weight(name);
  }

  fixedKernel(name: string, inputs: number, outputs: number, values: () => Float32Array): tf.Tensor {
    let kernel = this.#fixed.get(name);
    if (!kernel) {
      kernel = tf.keep(tf.tensor4d(values(), [1, 1, inputs, outputs]));
      this.#fixed.set(name, kernel);
    }
    return kernel;
  }

  conv(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
    const y = tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same");
    return bias ? tf.add(y, bias) : y;
  }

  add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
    return tf.add(a, b);
  }

  mul(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
    return tf.mul(a, b);
  }

  affine(x: tf.Tensor, factor: number, offset = 0): tf.Tensor {
    const scaled = factor === 1 ? x : tf.mul(x, factor);
    return offset === 0 ? scaled : tf.add(scaled, offset);
  }

  relu(x: tf.Tensor): tf.Tensor {
    return tf.relu(x);
  }

  leakyRelu(x: tf.Tensor, slope: number): tf.Tensor {
    return tf.leakyRelu(x, slope);
  }

  sigmoid(x: tf.Tensor): tf.Tensor {
    return tf.sigmoid(x);
  }

  tanh(x: tf.Tensor): tf.Tensor {
    return tf.tanh(x);
  }

  instanceNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
    return instanceNorm(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D);
  }

  halve(x: tf.Tensor): tf.Tensor {
    return tf.avgPool(x as tf.Tensor4D, 2, 2, "same");
  }

  double(x: tf.Tensor, size: number): tf.Tensor {
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const doubled = tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [2 * height, 2 * width]);
    return size === 2 * height ? doubled : tf.slice(doubled, [0, 0, 0, 0], [batch, size, size, channels]);
  }

  spatialMean(x: tf.Tensor): tf.Tensor {
    return tf.mean(x, [1, 2], true);
  }

  channelSoftmax(x: tf.Tensor): tf.Tensor {
    return tf.softmax(x);
  }

  channelSum(x: tf.Tensor): tf.Tensor {
    return tf.sum(x, 3, true);
  }

  signedRoot(x: tf.Tensor): tf.Tensor {
    return tf.div(x, tf.sqrt(tf.add(tf.abs(x), ROOT_EPSILON)));
  }

  unitPower(x: tf.Tensor): tf.Tensor {
    return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 3, true), ROOT_EPSILON)));
  }

  concat(xs: readonly tf.Tensor[]): tf.Tensor {
    return tf.concat([...xs], 3);
  }

  channels(x: tf.Tensor, from: number, to: number): tf.Tensor {
    const [batch, height, width] = x.shape as number[];
    return tf.slice(x, [0, 0, 0, from], [batch, height, width, to - from]);
  }

  image(x: tf.Tensor, height: number, width: number, channels: number): tf.Tensor {
    return tf.reshape(x, [-1, height, width, channels]);
  }

  warp(image: tf.Tensor, flow: tf.Tensor): tf.Tensor {
    return warp(image as tf.Tensor4D, flow as tf.Tensor4D);
  }
}
