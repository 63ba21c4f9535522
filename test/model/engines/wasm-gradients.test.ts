import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../src/model/engines/tfjs/backend.js";

before(() => useBackend("wasm"));
after(() => tf.removeBackend("wasm"));

const values = (x: tf.Tensor) => x.dataSync<"float32">();

test("on WASM the gradients of a convolution are those of plain JavaScript, for kernels of 1, 2 and 3", async () => {
  for (const k of [1, 2, 3]) {
    const numbers = (length: number, phase: number) => Float32Array.from({ length }, (_, i) => Math.sin(phase + 1.7 * i));
    const gradients = async (backend: string): Promise<Float32Array[]> => {
      await tf.setBackend(backend);
      return tf.tidy(() => {
        const f = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
        const inputs = [tf.tensor(numbers(2 * 5 * 6 * 3, 1), [2, 5, 6, 3]), tf.tensor(numbers(k * k * 3 * 4, 2), [k, k, 3, 4])];
        return tf.grads(f)(inputs, tf.tensor(numbers(2 * 5 * 6 * 4, 3), [2, 5, 6, 4])).map((g) => values(g).slice());
      });
    };
    const expected = await gradients("cpu"), actual = await gradients("wasm");
    const start = tf.memory().numTensors;
    await gradients("wasm");
    assert.equal(tf.memory().numTensors, start, "no tensor leaks");
    expected.forEach((wanted, which) => {
      const worst = wanted.reduce((most, v, i) => Math.max(most, Math.abs(v - actual[which][i])), 0);
      assert.ok(worst < 1e-4, `kernel ${k}, gradient ${which}: ${worst}`);
    });
  }
});

test("a convolution with strides keeps the backend's own gradient for its input, and says that it has none for its kernel", async () => {
  await tf.setBackend("wasm");
  tf.tidy(() => {
    const x = tf.ones([1, 4, 4, 1]) as tf.Tensor4D, w = tf.ones([3, 3, 1, 1]) as tf.Tensor4D;
    assert.deepEqual([...values(tf.grad((y) => tf.conv2d(y as tf.Tensor4D, w, 2, "same"))(x))].slice(0, 4), [1, 1, 2, 1]);
    assert.throws(() => tf.grad((v) => tf.conv2d(x, v as tf.Tensor4D, 2, "same"))(w), /stride 1/);
  });
});

test("on WASM the gradient of gather adds up what a row was taken for", async () => {
  await tf.setBackend("wasm");
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), rows = tf.tensor1d([2, 0, 2], "int32");
    const dy = tf.tensor2d([1, 10, 2, 20, 4, 40], [3, 2]);
    assert.deepEqual([...values(tf.grad((y) => tf.gather(y, rows))(x, dy))], [2, 20, 0, 0, 5, 50]);
  });
});
