import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { Tensor } from "onnxruntime-node";
import { buildFrameModel, buildIdentityModel, buildReadingModel } from "../../../src/model/engines/onnx/build-models.js";
import { createSession } from "../../../src/model/engines/onnx/create-session.js";
import { TfjsOps } from "../../../src/model/engines/tfjs/tfjs-ops.js";
import { drawIdentity, drawLandmarks, encodeIdentity, moveAndPaint, reenactFace, tellFace, tellWeights } from "../../../src/model/network/aip-gan.js";
import { NetworkConfig } from "../../../src/model/network/config.js";
import { embeddingShapes, flattenEmbedding } from "../../../src/model/network/decoder.js";
import { initializeWeights } from "../../../src/model/network/initialize.js";
import { encodeSafetensors, readSafetensors, storedTensor, tensorValues } from "../../../src/model/weights/safetensors.js";
import { mulberry32 } from "../../helpers/random.js";

before(async () => { await tf.setBackend("wasm"); await tf.ready(); });
after(() => tf.removeBackend("wasm"));

/** Random weights everywhere: the layers that start at zero would hide a difference. */
function randomWeights(config: NetworkConfig) {
  const weights = initializeWeights(config, 7);
  const random = mulberry32(11);
  for (const [name, { data }] of weights) {
    if (!name.endsWith("kernel") || data.every((v) => v === 0)) for (let i = 0; i < data.length; i++) data[i] += 0.1 * (random() - 0.5);
  }
  return weights;
}

function image(batch: number, seed: number) {
  const random = mulberry32(seed);
  const phase = Array.from({ length: 6 }, () => 6 * random());
  return Float32Array.from({ length: batch * 96 * 96 * 3 }, (_, i) => {
    const c = i % 3, x = Math.floor(i / 3) % 96, y = Math.floor(i / 288) % 96, b = Math.floor(i / (288 * 96));
    return 0.6 * Math.sin(x / 9 + phase[c] + b) * Math.cos(y / 7 + phase[3 + c]) + 0.2 * (random() - 0.5);
  });
}

const narrow = [16, 32, 32, 64, 64, 128, 128];
for (const [label, overrides] of Object.entries({
  "the paper's sizes": {},
  "without attention loss": { attention: false, channels: narrow },
  "without CEB": { bilinear: false, channels: narrow },
  "not told what the photo shows": { shown: false, channels: narrow },
  "faces told from e and the last map": { reading: 24, channels: narrow },
  "a sketch narrower than the channels": { sketch: 48, channels: narrow },
})) {
  test(`tfjs and ONNX agree within 1e-4 on every output: ${label}`, async () => {
    const config = NetworkConfig.parse(overrides);
    const weights = randomWeights(config);
    const stored = (name: string) => storedTensor(weights.get(name)!.shape, weights.get(name)!.data);
    const photo = image(1, 1), driver = image(2, 2);

    const start = tf.memory().numTensors;
    const variables = new Map([...weights].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
    const ops = new TfjsOps((name) => variables.get(name)!);
    const expected = tf.tidy(() => {
      const x = tf.tensor(photo, [1, 96, 96, 3]);
      const { identity, embedding } = encodeIdentity<tf.Tensor>(ops, config, x);
      const { expression, generated } = reenactFace(ops, config, tf.tensor(driver, [2, 96, 96, 3]), embedding);
      const outputs: Record<string, tf.Tensor> = {
        ...flattenEmbedding(embedding), identity: identity.code, identityMap: drawIdentity(ops, config, identity), ...generated,
        expression: expression.code, moved: moveAndPaint(ops, config, tf.tile(x, [2, 1, 1, 1]), generated), landmarks: drawLandmarks(ops, config, expression),
        ...tellFace(ops, config, expression), ...(config.reading > 0 && { weightsOfCode: tellWeights(ops, config, expression) }),
      };
      expression.probabilities.forEach((p, i) => { outputs[`attention${i + 1}`] = p; });
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync()]));
    });
    ops.close();
    tf.dispose([...variables.values()]);
    assert.equal(tf.memory().numTensors, start, "no tensor leaks");

    const identitySession = await createSession(buildIdentityModel(config, stored, { training: true }));
    const frameSession = await createSession(buildFrameModel(config, stored, { training: true }));
    const embedding = await identitySession.run({ photo: new Tensor("float32", photo, [1, 96, 96, 3]) });
    const named = Object.fromEntries(Object.keys(embeddingShapes(config)).map((name) => [name, embedding[name]]));
    const frame = await frameSession.run({
      ...named, driver: new Tensor("float32", driver, [2, 96, 96, 3]),
      photo: new Tensor("float32", Float32Array.of(...[0, 1].flatMap(() => [...photo])), [2, 96, 96, 3]),
    });
    const actual = { ...embedding, ...frame };
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
    for (const [name, wanted] of Object.entries(expected)) {
      const got = actual[name].data as Float32Array;
      assert.equal(got.length, wanted.length, name);
      // Relative to the output's own size where that is above 1: activations of random weights are.
      const scale = Array.from(wanted as Float32Array).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
      let worst = 0;
      for (let i = 0; i < got.length; i++) worst = Math.max(worst, Math.abs(got[i] - wanted[i]) / scale);
      assert.ok(worst < 1e-4, `${name}: ${worst} (scale ${scale})`);
      assert.ok(Array.from(wanted).some((v) => Math.abs(v) > 1e-3), `${name} is not all zero`);
    }
    await identitySession.release();
    await frameSession.release();
  });
}

test("G_es alone tells of a face what it tells beside the decoder", async () => {
  const config = NetworkConfig.parse({ channels: narrow, reading: 24 }), weights = randomWeights(config);
  const stored = (name: string) => storedTensor(weights.get(name)!.shape, weights.get(name)!.data);
  const models = [buildReadingModel(config, stored), buildIdentityModel(config, stored), buildFrameModel(config, stored, { training: true })];
  const [alone, identity, whole] = await Promise.all(models.map((model) => createSession(model)));
  const driver = new Tensor("float32", image(1, 2), [1, 96, 96, 3]);
  const embedding = await identity.run({ photo: new Tensor("float32", image(1, 1), [1, 96, 96, 3]) });
  const named = Object.fromEntries(Object.keys(embeddingShapes(config)).map((name) => [name, embedding[name]]));
  const told = await alone.run({ driver }), frame = await whole.run({ ...named, driver, photo: driver });
  assert.deepEqual(Object.keys(told).sort(), ["gaze", "weights"]);
  for (const [name, { data }] of Object.entries(told)) assert.deepEqual(data, frame[name].data, name);
  await Promise.all([alone, identity, whole].map((session) => session.release()));
});

test("weights that a file holds in half precision give to the last bit what their values give", async () => {
  const config = NetworkConfig.parse({ channels: narrow });
  const { tensors } = readSafetensors(encodeSafetensors(randomWeights(config), "F16"));
  const values = tensorValues(tensors);
  const [halves, singles] = await Promise.all([
    (name: string) => tensors.get(name)!, (name: string) => storedTensor(values.get(name)!.shape, values.get(name)!.data),
  ].map(async (weight) => {
    const session = await createSession(buildIdentityModel(config, weight));
    const outputs = await session.run({ photo: new Tensor("float32", image(1, 1), [1, 96, 96, 3]) });
    await session.release();
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  }));
  assert.ok(singles.code.some((x) => x !== 0));
  assert.deepEqual(halves, singles);
});
