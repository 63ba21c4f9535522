import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { TfjsOps } from "../../../src/model/engines/tfjs/tfjs-ops.js";
import { encodeIdentity, moveAndPaint, reenactFace } from "../../../src/model/network/aip-gan.js";
import { multiplySpectra, sketchSpectrum } from "../../../src/model/network/bilinear.js";
import { mapSizes, NetworkConfig, scaledChannels } from "../../../src/model/network/config.js";
import { embeddingShapes, flattenEmbedding, unflattenEmbedding } from "../../../src/model/network/decoder.js";
import { initializeWeights } from "../../../src/model/network/initialize.js";
import { elements, listParameters } from "../../../src/model/network/parameters.js";
import { mulberry32 } from "../../helpers/random.js";

before(async () => { await tf.setBackend("wasm"); await tf.ready(); });
after(() => tf.removeBackend("wasm"));

const config = NetworkConfig.parse({ channels: [8, 16, 16, 32, 32, 64, 64] });

test("the maps have the paper's sizes, and the parameters the size the architecture implies", () => {
  assert.deepEqual(mapSizes(config), [48, 24, 12, 6, 3, 2, 1]);
  const count = (prefix: string) => listParameters(NetworkConfig.parse({}), false).filter(({ name }) => name.startsWith(prefix))
    .reduce((sum, { shape }) => sum + elements(shape), 0);
  // Seven 3×3 convolutions make 4.65 M weights; attention and the code's layer the rest.
  assert.ok(Math.abs(count("expression.") - 5.37e6) < 2e4, String(count("expression.")));
  assert.ok(Math.abs(count("identity.") - 5.37e6) < 2e4, String(count("identity.")));
  assert.ok(Math.abs(count("decoder.") - 16.28e6) < 2e4, String(count("decoder.")));
});

test("names of weights are unique, and their values are the same for the same seed alone", () => {
  const names = listParameters(config).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const [a, b, c] = [1, 1, 2].map((seed) => initializeWeights(config, seed).get("expression.block3.conv.kernel")!.data);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
  const variance = a.reduce((sum, v) => sum + v * v, 0) / a.length;
  assert.ok(Math.abs(variance / (2 / (9 * 16)) - 1) < 0.1, "He: variance 2 / fan-in");
});

test("what the photo shows costs three layers and one of the code's, which start silent; without them the network is the paper's", () => {
  const told = (shown: boolean) => listParameters(NetworkConfig.parse({ ...config, shown }));
  const paper = told(false).map(({ name }) => name), more = told(true).filter(({ name }) => !paper.includes(name));
  assert.deepEqual(more.map(({ name }) => name).sort(), ["block2.", "block4.", "block7.", ""].map((block) => `decoder.${block}shown.kernel`).sort());
  for (const { init } of more) assert.deepEqual(init, { kind: "constant", value: 0 });
});

test("what reads faces from the last map is beside the paper's layers, and older settings have none of it", () => {
  const told = (reading?: number) => listParameters(NetworkConfig.parse({ ...config, reading }), false);
  assert.equal(NetworkConfig.parse({}).reading, 0);
  const without = told().map(({ name }) => name), more = told(16).filter(({ name }) => !without.includes(name));
  assert.deepEqual(Object.fromEntries(more.filter(({ name }) => name.endsWith("kernel")).map(({ name, shape }) => [name, shape])), {
    "expression.reading.hidden.kernel": [1, 1, 94, 16], "expression.reading.weights.kernel": [1, 1, 16, 51], "expression.reading.gaze.kernel": [1, 1, 16, 2],
  });
  assert.ok(without.includes("expression.weights.kernel"), "without it, e tells the weights");
});

test("a narrower network has its share of the paper's channels, in eights", () => {
  assert.deepEqual(scaledChannels(1), NetworkConfig.parse({}).channels);
  assert.deepEqual(scaledChannels(0.5), [32, 64, 64, 128, 128, 256, 256]);
  assert.deepEqual(scaledChannels(0.1), [8, 16, 16, 24, 24, 48, 48]);
});

test("unknown settings of the network are refused", () => {
  assert.throws(() => NetworkConfig.parse({ chanels: [] }));
  assert.throws(() => NetworkConfig.parse({ channels: [1, 2] }));
});

test("every output has its shape and range; at the start the photo is not moved and m is the sigmoid of its bias", () => {
  const weights = new Map([...initializeWeights(config, 5)].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
  const ops = new TfjsOps((name) => weights.get(name)!);
  tf.tidy(() => {
    const random = mulberry32(1);
    const image = () => tf.tensor4d(Float32Array.from({ length: 96 * 96 * 3 }, () => 2 * random() - 1), [1, 96, 96, 3]);
    const photo = image();
    const { identity, embedding } = encodeIdentity<tf.Tensor>(ops, config, photo);
    assert.deepEqual(identity.code.shape, [1, 1, 1, 50]);
    assert.deepEqual(identity.maps.map(({ shape }) => shape[1]), mapSizes(config));
    const flat = flattenEmbedding(embedding);
    assert.deepEqual(Object.fromEntries(Object.entries(flat).map(([name, { shape }]) => [name, shape.slice(1)])), embeddingShapes(config));
    const { expression, generated } = reenactFace<tf.Tensor>(ops, config, image(), unflattenEmbedding(config, flat));
    assert.deepEqual(expression.code.shape, [1, 1, 1, 30]);
    assert.equal(expression.probabilities.length, 7);
    for (const p of expression.probabilities) assert.ok(Math.abs(tf.sum(p).dataSync()[0] - 1) < 1e-5, "P sums to 1");
    assert.deepEqual(generated.painted.shape, [1, 96, 96, 3]);
    assert.ok(tf.max(tf.abs(generated.painted)).dataSync()[0] <= 1);
    assert.equal(tf.max(tf.abs(generated.flow)).dataSync()[0], 0);
    assert.ok(Math.abs(tf.mean(generated.mask).dataSync()[0] - 1 / (1 + Math.exp(2))) < 1e-4);
    const moved = moveAndPaint<tf.Tensor>(ops, config, photo, { ...generated, mask: tf.zerosLike(generated.mask) });
    assert.ok(tf.max(tf.abs(tf.sub(moved, photo))).dataSync()[0] < 1e-6, "with m = 0, f = 0 and s = 0, as they start, the photo stays");
  });
  ops.close();
  tf.dispose([...weights.values()]);
});

test("bilinear pooling is the tensor sketch: inner products of sketches are those of outer products, up to its variance", () => {
  // Without root and normalisation, E⟨TS(a,b), TS(c,d)⟩ = ⟨a,c⟩⟨b,d⟩ (Pham and Pagh 2013, lemma 1).
  const d = 512, channels = 16, positions = 400;
  const plain = new Proxy(new TfjsOps(() => { throw new Error("no weights here"); }), {
    get: (ops, key) => (key === "signedRoot" || key === "unitPower" ? (x: tf.Tensor) => x : (ops[key as keyof TfjsOps] as (...args: unknown[]) => unknown).bind(ops)),
  });
  const random = mulberry32(3);
  const map = () => tf.tensor4d(Float32Array.from({ length: positions * channels }, () => 2 * random() - 1), [1, 20, 20, channels]);
  const [e, h] = [map(), map()];
  const sketch = multiplySpectra(plain, sketchSpectrum<tf.Tensor>(plain, e, "expression", channels, d), sketchSpectrum<tf.Tensor>(plain, h, "identity", channels, d), d);
  const [s, x, y] = [sketch, e, h].map((t) => t.dataSync());
  const dot = (v: ArrayLike<number>, n: number, i: number, j: number) => { let sum = 0; for (let k = 0; k < n; k++) sum += v[i * n + k] * v[j * n + k]; return sum; };
  let error = 0, size = 0;
  for (let i = 0; i < positions; i += 2) {
    const expected = dot(x, channels, i, i + 1) * dot(y, channels, i, i + 1);
    error += (dot(s, d, i, i + 1) - expected) ** 2;
    size += (dot(x, channels, i, i) * dot(y, channels, i, i)) ** 2;
  }
  assert.ok(Math.sqrt(error / size) < 0.12, String(Math.sqrt(error / size)));
});
