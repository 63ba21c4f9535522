import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { cosineSoftmaxLoss, personCosines } from "../../../src/model/perceptual/cosine-softmax.js";
import type { FeatureNetwork } from "../../../src/model/perceptual/feature-network.js";
import { cosineDistance, perceptualLosses } from "../../../src/model/perceptual/perceptual-losses.js";
import { verificationArea } from "../../../src/model/perceptual/verification.js";

before(() => tf.setBackend("cpu"));

const near = (actual: tf.Scalar, expected: number) => assert.ok(Math.abs(actual.dataSync()[0] - expected) < 1e-4, `${actual.dataSync()[0]} instead of ${expected}`);
/** The picture itself, and its mean colour. */
const plain: FeatureNetwork = { features: (x) => [x, tf.mean(x, [1, 2])], close: () => undefined, [Symbol.dispose]: () => undefined };

test("the perceptual distance is 1 − cos, whatever the scale of the features", () => {
  near(cosineDistance(tf.tensor2d([3, 0, 0, 2], [2, 2]), tf.tensor2d([9, 0, 5, 0], [2, 2])), 0.5);
  near(cosineDistance(tf.tensor1d([1, 2]), tf.tensor1d([-2, -4])), 2);
});

test("L_id and L_e compare every picture that was made with the one it was made of, and draw what was made to it", () => {
  const shown = tf.tensor4d([1, 0, 0, 1], [2, 1, 1, 2]), turned = tf.tensor4d([0, 1, 1, 0], [2, 1, 1, 2]);
  near(perceptualLosses(plain, [shown], tf.concat([shown, shown]))[0], 0);
  near(perceptualLosses(plain, [shown], tf.concat([shown, turned]))[0], 0.5);
  const [toItself, toTurned] = perceptualLosses(plain, [shown, turned], shown);
  near(toItself, 0);
  near(toTurned, 1);
  const byMade = [...tf.grad((made) => perceptualLosses(plain, [shown], made)[0])(tf.tensor4d([1, 1, 1, 1], [2, 1, 1, 2])).dataSync()];
  assert.deepEqual(byMade.map((g) => Math.sign(g)), [-1, 1, 1, -1], "what was made is drawn to what was shown");
});

test("cosine softmax depends on directions alone, and asks for a margin", () => {
  const cosines = personCosines(tf.tensor4d([5, 0, 0, 1], [2, 1, 1, 2]), tf.tensor4d([2, 0, 0, 7], [1, 1, 2, 2]));
  assert.deepEqual([...cosines.dataSync()].map((c) => Math.round(c * 1e4) / 1e4), [1, 0, 0, 1]);
  near(cosineSoftmaxLoss(cosines, tf.tensor1d([0, 1], "int32")), Math.log(1 + Math.exp(-16 * 0.85)));
  near(cosineSoftmaxLoss(cosines, tf.tensor1d([1, 0], "int32")), 16 * 1.15);
});

test("verification is the chance that one person's pictures are more alike than two people's", () => {
  assert.equal(verificationArea(Float32Array.of(1, 0, 2, 0.1, 0, 1, 0.1, 3), [0, 0, 1, 1]), 1);
  assert.equal(verificationArea(Float32Array.of(1, 0, 0, 1, 1, 0.1, 0.1, 1), [0, 0, 1, 1]), 0.25);
  assert.ok(Number.isNaN(verificationArea(Float32Array.of(1, 0, 0, 1), [0, 1])));
});
