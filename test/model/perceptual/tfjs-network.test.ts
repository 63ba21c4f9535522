import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { openTfjsFeatureNetwork } from "../../../src/model/perceptual/tfjs-network.js";

let root: string;
before(async () => {
  await tf.setBackend("cpu");
  root = await mkdtemp(join(tmpdir(), "reenact-user-network-"));
});
after(() => rm(root, { recursive: true }));

/** Writes what a user would bring: model.json, its weights, and perhaps input.json. */
async function files(name: string, model: object, weights: Float32Array, input?: object): Promise<string> {
  const dir = join(root, name);
  await mkdir(dir);
  await writeFile(join(dir, "model.json"), JSON.stringify(model));
  await writeFile(join(dir, "weights.bin"), new Uint8Array(weights.buffer));
  if (input) await writeFile(join(dir, "input.json"), JSON.stringify(input));
  return join(dir, "model.json");
}

/** A graph as tensorflowjs_converter writes it: y = relu(x · w), w a 1×1 kernel [1, 1, 3, 2]. */
function graph(): object {
  const type = { type: "DT_FLOAT" }, dims = (...sizes: number[]) => sizes.map((size) => ({ size: String(size) }));
  const same = { s: Buffer.from("SAME").toString("base64") }, nhwc = { s: Buffer.from("NHWC").toString("base64") }, ones = { list: { i: ["1", "1", "1", "1"] } };
  return {
    format: "graph-model", generatedBy: "test", convertedBy: "test",
    modelTopology: {
      node: [
        { name: "x", op: "Placeholder", attr: { dtype: type, shape: { shape: { dim: dims(-1, 8, 8, 3) } } } },
        { name: "w", op: "Const", attr: { dtype: type, value: { tensor: { dtype: "DT_FLOAT", tensorShape: { dim: dims(1, 1, 3, 2) } } } } },
        { name: "conv", op: "Conv2D", input: ["x", "w"], attr: { T: type, strides: ones, dilations: ones, padding: same, data_format: nhwc } },
        { name: "y", op: "Relu", input: ["conv"], attr: { T: type } },
      ],
      library: {}, versions: { producer: 1 },
    },
    weightsManifest: [{ paths: ["weights.bin"], weights: [{ name: "w", shape: [1, 1, 3, 2], dtype: "float32" }] }],
  };
}

test("a tfjs graph model is fed as input.json says, and its gradient reaches the picture", async () => {
  const path = await files("graph", graph(), Float32Array.of(1, 0, 0, 1, 0, 0), { range: [0, 255], colours: "bgr", outputs: ["conv", "y"] });
  const network = await openTfjsFeatureNetwork(path);
  tf.tidy(() => {
    const x = tf.tile(tf.tensor4d([1, 0, -1], [1, 1, 1, 3]), [1, 96, 96, 1]); // red 255, green 127.5, blue 0
    const [conv, y] = network.features(x);
    assert.deepEqual(conv.shape, [1, 8, 8, 2]);
    assert.deepEqual([...y.dataSync()].slice(0, 2), [0, 127.5], "blue comes first, and 0…255");
    const gradient = tf.grad((picture) => tf.sum(network.features(picture)[0]))(x).dataSync<"float32">();
    const sums = [0, 1, 2].map((c) => gradient.reduce((sum, g, i) => (i % 3 === c ? sum + g : sum), 0));
    assert.deepEqual(sums.map(Math.round), [0, 64 * 127.5, 64 * 127.5]);
  });
  network.close();
});

test("a tfjs layers model may name layers to compare", async () => {
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [96, 96, 3], filters: 2, kernelSize: 3, strides: 2, activation: "relu", name: "first" }),
    tf.layers.globalAveragePooling2d({ name: "pooled" }),
  ] });
  const dir = join(root, "layers");
  await mkdir(dir);
  await model.save(tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    await writeFile(join(dir, "model.json"), JSON.stringify({ format: "layers-model", modelTopology, weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }] }));
    await writeFile(join(dir, "weights.bin"), new Uint8Array(weightData as ArrayBuffer));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  }));
  model.dispose();
  await writeFile(join(dir, "input.json"), JSON.stringify({ outputs: ["first", "pooled"] }));
  const network = await openTfjsFeatureNetwork(join(dir, "model.json"));
  tf.tidy(() => {
    const x = tf.randomUniform([1, 96, 96, 3], -1, 1, "float32", 2);
    assert.deepEqual(network.features(x).map(({ shape }) => shape), [[1, 47, 47, 2], [1, 2]]);
    assert.ok(tf.max(tf.abs(tf.grad((picture) => tf.sum(network.features(picture)[1]))(x))).dataSync()[0] > 0);
  });
  network.close();
});

test("what is no network, or says nothing of its input, is told", async () => {
  await assert.rejects(openTfjsFeatureNetwork(await files("nothing", { format: "graph-model" }, new Float32Array(1))), { code: "MODEL_CORRUPT" });
  await assert.rejects(openTfjsFeatureNetwork(await files("wrong", graph(), new Float32Array(6), { colors: "rgb" })), /input\.json/);
});
