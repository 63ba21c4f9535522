import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { attentionLoss, edgeLoss, flowLoss, foldsLoss, imageDistance, maskPrice, reconstructionLoss, sampleAt, shadingPrice } from "../../../src/model/training/losses.js";
import { warp } from "../../../src/model/engines/tfjs/warp.js";
import { instanceNorm } from "../../../src/model/engines/tfjs/instance-norm.js";
import { mulberry32 } from "../../helpers/random.js";

before(() => tf.setBackend("cpu"));

const near = (actual: tf.Scalar, expected: number) => assert.ok(Math.abs(actual.dataSync()[0] - expected) < 1e-4, `${actual.dataSync()[0]} instead of ${expected}`);

test("L_a is the cross-entropy with the expression shown, over the layers, and passes rows without a label by", () => {
  const p = tf.tensor4d([0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9, 0.02, 0.02, 0.02, 0.02, 0.02], [2, 1, 1, 6]);
  const labels = tf.tensor2d([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 6]);
  near(attentionLoss([p, p], labels), -Math.log(0.5));
  near(attentionLoss([p], tf.zeros([2, 6])), 0);
});

test("L_Z and L_H do not depend on an image's size", () => {
  for (const size of [2, 8]) near(imageDistance(tf.zeros([3, size, size, 2]), tf.fill([3, size, size, 2], 0.25)), 0.25);
});

test("L_rec weighs regions without changing the scale", () => {
  const truth = tf.zeros([1, 1, 2, 1]), generated = tf.tensor4d([0, 1], [1, 1, 2, 1]);
  near(reconstructionLoss(generated, truth, tf.ones([1, 1, 2, 1])), 0.5);
  near(reconstructionLoss(generated, truth, tf.tensor4d([1, 3], [1, 1, 2, 1])), 0.75);
});

test("edges count, a tone that is wrong everywhere does not", () => {
  const truth = tf.tensor4d([0, 0.5, 0, 0.5], [1, 2, 2, 1]), even = tf.ones([1, 2, 2, 1]);
  near(edgeLoss(tf.add(truth, 0.2), truth, even), 0);
  near(edgeLoss(tf.zeros([1, 2, 2, 1]), truth, even), 0.5); // both edges across are missing, none down
  near(edgeLoss(tf.zeros([1, 2, 2, 1]), truth, tf.tensor4d([3, 1, 1, 1], [1, 2, 2, 1])), (0.5 * (3 + 1)) / 2 / 1.5);
});

test("the flow is sampled between pixels and compared where landmarks count", () => {
  const flow = tf.tensor4d([0, 0, 2, 0, 0, 4, 2, 4], [1, 2, 2, 2]); // x grows to the right, y downwards
  const at = tf.tensor3d([0.5, 0.25, 9, 9], [1, 2, 2]);
  assert.deepEqual([...sampleAt(flow, at).dataSync()], [1, 1, 2, 4]);
  near(flowLoss(flow, at, tf.tensor3d([1, 3, 0, 0], [1, 2, 2]), tf.tensor2d([1, 0], [1, 2])), 2);
});

test("folds are compared at landmarks, all that count alike", () => {
  const shading = tf.tensor4d([0, 0.2, 0, 0.2], [1, 2, 2, 1]);
  const at = tf.tensor3d([0.5, 0, 1, 1, 0, 0], [1, 3, 2]);
  near(foldsLoss(shading, at, tf.tensor2d([0.3, 0.2, 9], [1, 3]), tf.tensor2d([10, 1, 0], [1, 3])), 0.1);
});

test("painting has its price outside an opened mouth, and not painting inside", () => {
  near(maskPrice(tf.tensor4d([1, 0], [1, 1, 2, 1]), tf.tensor4d([0, 1], [1, 1, 2, 1])), 0.5 + 5);
  near(maskPrice(tf.tensor4d([0, 1], [1, 1, 2, 1]), tf.tensor4d([0, 1], [1, 1, 2, 1])), 0);
});

test("shading costs what it changes from pixel to pixel, not how deep it is", () => {
  near(shadingPrice(tf.fill([2, 3, 3, 1], -0.4) as tf.Tensor4D), 0);
  near(shadingPrice(tf.tensor4d([0, 0.3, 0.1, 0], [1, 2, 2, 1])), (0.3 + 0.1) / 2 + (0.1 + 0.3) / 2);
});

/** The derivative of Σ w·f(x) by central differences, for a function of one tensor. */
function checkGradient(f: (x: tf.Tensor4D) => tf.Tensor, x: tf.Tensor4D, step: number, tolerance: number): void {
  const random = mulberry32(9);
  const weights = tf.tensor(Float32Array.from({ length: f(x).size }, () => random() - 0.5), f(x).shape);
  const loss = (value: tf.Tensor) => tf.sum(tf.mul(f(value as tf.Tensor4D), weights)) as tf.Scalar;
  const analytic = tf.grad(loss)(x).dataSync(), values = x.dataSync();
  for (let k = 0; k < values.length; k += 3) {
    const at = (by: number) => loss(tf.tensor(values.map((v, i) => (i === k ? v + by : v)), x.shape)).dataSync()[0];
    const numeric = (at(step) - at(-step)) / (2 * step);
    assert.ok(Math.abs(numeric - analytic[k]) < tolerance, `element ${k}: ${analytic[k]} instead of ${numeric}`);
  }
}

test("the warp's gradient is that of its values, and nothing flows from beyond the border", () => {
  const random = mulberry32(2);
  const image = tf.tensor4d(Float32Array.from({ length: 2 * 5 * 5 * 3 }, random), [2, 5, 5, 3]);
  checkGradient((flow) => warp(image, flow), tf.tensor4d(Float32Array.from({ length: 100 }, () => 0.3 + 0.4 * random()), [2, 5, 5, 2]), 1e-2, 2e-3);
  checkGradient((flow) => warp(image, flow), tf.fill([2, 5, 5, 2], 20) as tf.Tensor4D, 1e-2, 1e-4);
});

test("instance normalisation normalises, and its gradient is that of its values", () => {
  const random = mulberry32(4);
  const x = tf.tensor4d(Float32Array.from({ length: 2 * 4 * 4 * 3 }, () => 2 * random() + 1), [2, 4, 4, 3]);
  const gamma = tf.tensor1d([1, 2, 0.5]), beta = tf.tensor1d([0, 1, -1]);
  const { mean, variance } = tf.moments(instanceNorm(x, tf.ones([3]), tf.zeros([3])), [1, 2]);
  mean.dataSync().forEach((m) => assert.ok(Math.abs(m) < 1e-5));
  variance.dataSync().forEach((v) => assert.ok(Math.abs(v - 1) < 1e-3));
  checkGradient((y) => instanceNorm(y, gamma, beta), x, 1e-2, 2e-3);
  const [byGamma, byBeta] = tf.grads((g, b) => tf.sum(tf.square(instanceNorm(x, g as tf.Tensor1D, b as tf.Tensor1D))))([gamma, beta]);
  // Σ (γx̂ + β)² = n(γ² + β²) per channel, n = 32
  [1, 2, 0.5].forEach((g, c) => assert.ok(Math.abs(byGamma.dataSync()[c] - 64 * g) < 0.05));
  [0, 1, -1].forEach((b, c) => assert.ok(Math.abs(byBeta.dataSync()[c] - 64 * b) < 0.05));
});
