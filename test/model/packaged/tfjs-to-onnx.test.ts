import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { openPackagedModel, packagedModelPath, type PackagedModelName } from "../../../src/model/packaged/packaged-model.js";
import { readTfjsModel } from "../../../src/model/packaged/tfjs-model-file.js";
import { tfjsToOnnx } from "../../../src/model/packaged/tfjs-to-onnx.js";

before(async () => {
  setWasmPaths(join(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")), "/"));
  await tf.setBackend("wasm");
});
after(() => tf.removeBackend("wasm"));

/** The same file in tfjs itself: its reference interpreter. */
async function loadReference(name: PackagedModelName): Promise<tf.GraphModel> {
  const path = packagedModelPath(name);
  const json = JSON.parse(await readFile(path, "utf8")) as tf.io.ModelJSON;
  const data = await readFile(path.replace(/json$/, "bin"));
  return tf.loadGraphModel(tf.io.fromMemory({
    modelTopology: json.modelTopology, weightSpecs: json.weightsManifest[0].weights, weightData: Uint8Array.from(data).buffer,
  }));
}

/** Smooth made-up pictures, 0…1, [count, side, side, channels]. */
function pictures(count: number, side: number, channels = 3): Float32Array {
  return Float32Array.from({ length: count * side * side * channels }, (_, i) => {
    const c = i % channels, x = Math.floor(i / channels) % side, y = Math.floor(i / channels / side);
    return 0.5 + 0.4 * Math.sin(x * (0.03 + 0.02 * c) + y * 0.05 + c) * Math.cos(y * 0.11);
  });
}

for (const [name, side, count] of [["blazeface", 256, 1], ["facemesh", 192, 1]] as const) {
  test(`${name} computes in ONNX what it computes in tfjs`, async () => {
    const input = pictures(count, side);
    const reference = await loadReference(name);
    const expected = new Map<string, Float32Array>();
    tf.tidy(() => {
      const outputs = [reference.predict(tf.tensor4d(input, [count, side, side, 3]))].flat() as tf.Tensor[];
      outputs.forEach((output, i) => expected.set(reference.outputs[i].name.split(":")[0], output.dataSync() as Float32Array));
    });
    reference.dispose();

    const plane = side * side;
    const planes = Float32Array.from(input, (_, i) => {
      const n = Math.floor(i / (3 * plane)), c = Math.floor(i / plane) % 3, pixel = i % plane;
      return input[(n * plane + pixel) * 3 + c];
    });
    const model = await openPackagedModel(name);
    const outputs = await model.run(planes, count, side);
    await model.close();

    const names = new Set((await readTfjsModel(packagedModelPath(name))).nodes.filter(({ op }) => op === "Identity").map((n) => n.name));
    assert.deepEqual(new Set(Object.keys(outputs)), names);
    assert.equal(expected.size, names.size);
    for (const [key, values] of expected) {
      // tfjs may name an output by its signature; there is just one output of each length in these models.
      const mine = outputs[key] ?? Object.values(outputs).find(({ length }) => length === values.length);
      assert.equal(mine.length, values.length, key);
      const worst = values.reduce((max, value, i) => Math.max(max, Math.abs(value - mine[i])), 0);
      const size = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      assert.ok(size > 0.001 || values.length === 1, `${key} has something to compare`);
      assert.ok(worst < 1e-5 * Math.max(100, size), `${key} is ${worst} off (values up to ${size})`);
    }
  });
}

for (const [name, side, channels, scale, node] of [
  ["faceres", 224, 3, 255, "global_pooling/Mean"],
  ["emotion", 64, 1, 1, "StatefulPartitionedCall/model_1/conv2d_5/BiasAdd"],
  ["emotion", 64, 1, 1, "Identity"],
] as const) {
  test(`${name} gives ${node} as tfjs does`, async () => {
    const input = pictures(2, side, channels).map((value) => scale * value);
    const reference = await loadReference(name);
    const expected = tf.tidy(() => (reference.execute(tf.tensor4d(input, [2, side, side, channels]), node) as tf.Tensor).dataSync<"float32">().slice());
    reference.dispose();

    const plane = side * side;
    const planes = Float32Array.from(input, (_, i) => {
      const n = Math.floor(i / (channels * plane)), c = Math.floor(i / plane) % channels, pixel = i % plane;
      return input[(n * plane + pixel) * channels + c];
    });
    const model = await openPackagedModel(name, { features: node });
    const { features } = await model.run(planes, 2, side, channels);
    await model.close();
    assert.equal(features.length, expected.length);
    const size = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - features[i])), 0);
    assert.ok(size > 0.01 && worst < 1e-3 * size, `${worst} off (values up to ${size})`);
  });
}

test("an operator that it does not know is named", () => {
  const nodes = [{ name: "x", op: "FFT" }, { name: "y", op: "Identity", input: ["x"] }];
  assert.throws(() => tfjsToOnnx({ nodes, weights: new Map() }, "odd"), { name: "RangeError", message: /x is FFT/ });
});

test("a missing model file is told as such", async () => {
  await assert.rejects(readTfjsModel("/nowhere/model.json"), { name: "ReenactError", code: "MODEL_MISSING" });
});
