import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { TfjsOps } from "../../../src/model/engines/tfjs/tfjs-ops.js";
import { NetworkConfig } from "../../../src/model/network/config.js";
import { initializeWeights } from "../../../src/model/network/initialize.js";
import { LANDMARKS, type Batch } from "../../../src/model/training/batch.js";
import { readCheckpoint, writeCheckpoint } from "../../../src/model/training/checkpoint.js";
import { jointObjective } from "../../../src/model/training/objectives.js";
import { Trainer } from "../../../src/model/training/trainer.js";
import { mulberry32 } from "../../helpers/random.js";

// Plain JavaScript: it has every gradient and is on every machine.
before(() => tf.setBackend("cpu"));

const config = NetworkConfig.parse({ channels: [2, 4, 4, 4, 4, 4, 4], hidden: 4, expressionCode: 4, identityCode: 4 });

function madeUpBatch(size: number): Batch {
  const random = mulberry32(5);
  const fill = (length: number, low: number, high: number) => Float32Array.from({ length }, () => low + (high - low) * random());
  const face = size * 96 * 96;
  return {
    size, source: fill(3 * face, -1, 1), target: fill(3 * face, -1, 1), truth: fill(3 * face, -1, 1), labels: Float32Array.from([1, 0, 0, 0, 0, 0]),
    weights: fill(size * 51, 0, 1), landmarkImage: fill(face, 0, 1), identityMap: fill(3 * face, -1, 1), points: fill(size * LANDMARKS * 2, 5, 90),
    way: fill(size * LANDMARKS * 2, -3, 3), pointWeights: fill(size * LANDMARKS, 1, 1), regions: fill(face, 1, 4), opened: fill(face, 0, 0),
  };
}

test("a few steps of the joint objective lower the loss, reach every variable that has a part in it, and leak no tensor", () => {
  const start = tf.memory().numTensors;
  const trainer = new Trainer(initializeWeights(config, 1));
  const ops = new TfjsOps((name) => trainer.variables.get(name)!);
  const batch = madeUpBatch(1);
  const before = trainer.save().state.weights;
  const first = trainer.step(() => jointObjective(ops, config, batch), 3e-3);
  const between = tf.memory().numTensors;
  let last = first;
  for (let i = 0; i < 3; i++) last = trainer.step(() => jointObjective(ops, config, batch), 3e-3);
  assert.equal(tf.memory().numTensors, between, "a step leaves no tensor behind");
  assert.ok(last.total < first.total, `${first.total} → ${last.total}`);
  for (const name of ["moved", "painted", "landmarks", "weights", "identityMap", "flow", "mask", "attention"]) assert.ok(Number.isFinite(last[name]), name);

  const after = trainer.save().state.weights;
  const still = [...before].filter(([name, { data }]) => data.every((v, i) => v === after.get(name)!.data[i])).map(([name]) => name);
  // Squeezed to one or two ReLUs, an attention module of this tiny net may start dead; everything else must have moved.
  assert.deepEqual(still.filter((name) => !/\.(squeeze\.kernel|squeeze\.bias|excite\.kernel)$/.test(name)), [], "every variable took part");
  ops.close();
  trainer.close();
  assert.equal(tf.memory().numTensors, start, "closing frees everything");
});

test("frozen variables stay as they are", () => {
  const trainer = new Trainer(new Map(["a", "b"].map((name) => [name, { shape: [2], data: Float32Array.of(1, 2) }])));
  const loss = () => {
    const sum = [...trainer.variables.values()].map((v) => tf.sum(tf.square(v)));
    return { total: tf.addN(sum) as tf.Scalar };
  };
  trainer.step(loss, 0.1, (name) => name === "a");
  assert.notDeepEqual([...trainer.variables.get("a")!.dataSync()], [1, 2]);
  assert.deepEqual([...trainer.variables.get("b")!.dataSync()], [1, 2]);
  trainer.close();
});

test("Adam's first step is the learning rate against the gradient's sign", () => {
  const trainer = new Trainer(new Map([["a", { shape: [2], data: Float32Array.of(1, -2) }]]));
  trainer.step(() => ({ total: tf.sum(tf.square(trainer.variables.get("a")!)) as tf.Scalar }), 0.1);
  const [x, y] = trainer.variables.get("a")!.dataSync();
  assert.ok(Math.abs(x - 0.9) < 1e-4 && Math.abs(y + 1.9) < 1e-4, `${x} ${y}`);
  trainer.close();
});

test("a run that goes on from its checkpoint does what the run without a break does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-checkpoint-"));
  const weights = new Map([["a", { shape: [3], data: Float32Array.of(1, -2, 0.5) }]]);
  const steps = (trainer: Trainer, count: number) => {
    for (let i = 0; i < count; i++) trainer.step(() => ({ total: tf.sum(tf.square(trainer.variables.get("a")!)) as tf.Scalar }), 0.05);
  };
  const whole = new Trainer(weights), first = new Trainer(weights), second = new Trainer(weights);
  steps(whole, 6);
  steps(first, 3);
  await writeCheckpoint(join(folder, "checkpoint"), first.save());
  const saved = await readCheckpoint(join(folder, "checkpoint"));
  assert.ok(saved);
  second.restore(saved);
  assert.equal(second.steps, 3);
  steps(second, 3);
  assert.deepEqual(second.save(), whole.save());
  assert.equal(await readCheckpoint(join(folder, "nothing")), undefined);
  for (const trainer of [whole, first, second]) trainer.close();
  await rm(folder, { recursive: true });
});
