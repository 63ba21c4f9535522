import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../src/model/engines/tfjs/backend.js";
import { openPerceptualNetworks } from "../../../src/model/perceptual/open-perceptual.js";
import { readPerceptual } from "../../../src/model/perceptual/perceptual-files.js";
import { trainPerceptual, type PerceptualProgress, type PerceptualTrainOptions } from "../../../src/model/perceptual/train-perceptual.js";
import { writeMadeUpDataset } from "../../../src/model/training/made-up/made-up-dataset.js";

let root: string, data: string, out: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "reenact-perceptual-"));
  [data, out] = [join(root, "data"), join(root, "networks")];
  await writeMadeUpDataset(data, { people: 8, pool: 8, expressions: 4, seed: 3 });
});
after(() => rm(root, { recursive: true }));

async function learn(which: "identity" | "expression", steps: number, settings: Partial<PerceptualTrainOptions> = {}): Promise<PerceptualProgress[]> {
  const lines: PerceptualProgress[] = [];
  await trainPerceptual({
    which, data, out, steps, batch: 6, learningRate: 5e-3, decay: 0, seed: 1, backend: "wasm", logEvery: 1, saveEvery: 100, gridEvery: 100,
    channels: [3, 4, 4, 6, 6, 8, 8], ...settings,
  }, (line) => lines.push(line));
  return lines;
}

test("both networks learn, are judged on held-out data, go on where they stopped, and can be used as losses", async () => {
  for (const which of ["identity", "expression"] as const) {
    const lines = await learn(which, 8), more = await learn(which, 10);
    assert.deepEqual(more.map(({ step }) => step), [9, 10]);
    const totals = [...lines, ...more].map(({ losses }) => losses.total), mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    assert.ok(mean(totals.slice(-3)) < mean(totals.slice(0, 3)), `${which}: ${totals.join(" ")}`);
    assert.deepEqual(Object.keys(lines.at(-1)!.heldOut!), which === "identity" ? ["accuracy", "strangers"] : ["jawOpen", "mouthSmile", "eyeBlink", "browInnerUp", "mean"]);
    const { config, weights } = await readPerceptual(out, which);
    assert.equal(config.outputs, which === "identity" ? 7 : 51); // one of the eight people is held out
    assert.ok(weights.has("head.kernel"));
  }
  await useBackend("wasm");
  const start = tf.memory().numTensors, { identity, expression } = await openPerceptualNetworks(out);
  tf.tidy(() => {
    const x = tf.randomUniform([2, 96, 96, 3], -1, 1, "float32", 1);
    assert.deepEqual(identity.features(x).map(({ shape }) => shape), [[2, 3, 3, 6], [2, 2, 2, 8], [2, 1, 1, 8], [2, 1, 1, 128]]);
    assert.ok(tf.max(tf.abs(tf.grad((y) => tf.sum(expression.features(y)[0]))(x))).dataSync()[0] > 0, "gradients reach the picture");
  });
  identity.close();
  expression.close();
  assert.equal(tf.memory().numTensors, start, "no tensor leaks");
});

test("a run of other people is not gone on with", async () => {
  const other = join(root, "other");
  await writeMadeUpDataset(other, { people: 6, pool: 8, expressions: 4, seed: 3 });
  await assert.rejects(learn("identity", 12, { data: other }), { code: "DATA_INVALID" });
});

test("what is missing, damaged or cannot be differentiated is told", async () => {
  const empty = join(root, "empty"), broken = join(root, "broken"), onnx = join(root, "onnx");
  await Promise.all([empty, broken, join(onnx, "identity")].map((dir) => mkdir(dir, { recursive: true })));
  await assert.rejects(openPerceptualNetworks(empty), { code: "MODEL_MISSING" });
  for (const ending of ["json", "safetensors"]) await writeFile(join(broken, `identity.${ending}`), await readFile(join(out, `expression.${ending}`)));
  await writeFile(join(broken, "identity.safetensors"), "damaged");
  await assert.rejects(openPerceptualNetworks(broken), { code: "MODEL_CORRUPT" });
  await writeFile(join(onnx, "identity", "model.onnx"), "");
  await assert.rejects(openPerceptualNetworks(onnx), /ONNX.*tfjs/);
});
