import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { readCheckpoint, writeCheckpoint } from "../../../src/model/training/checkpoint.js";
import { Trainer } from "../../../src/model/training/trainer.js";

// Plain JavaScript: it has every gradient and is on every machine.
before(() => tf.setBackend("cpu"));

test("frozen variables stay as they are", async () => {
  const trainer = new Trainer(new Map(["a", "b"].map((name) => [name, { shape: [2], data: Float32Array.of(1, 2) }])));
  const loss = () => {
    const sum = [...trainer.variables.values()].map((v) => tf.sum(tf.square(v)));
    return { total: tf.addN(sum) as tf.Scalar };
  };
  await trainer.step(loss, 0.1, (name) => name === "a");
  assert.notDeepEqual([...trainer.variables.get("a")!.dataSync()], [1, 2]);
  assert.deepEqual([...trainer.variables.get("b")!.dataSync()], [1, 2]);
  trainer.close();
});

test("Adam's first step is the learning rate against the gradient's sign", async () => {
  const trainer = new Trainer(new Map([["a", { shape: [2], data: Float32Array.of(1, -2) }]]));
  await trainer.step(() => ({ total: tf.sum(tf.square(trainer.variables.get("a")!)) as tf.Scalar }), 0.1);
  const [x, y] = trainer.variables.get("a")!.dataSync();
  assert.ok(Math.abs(x - 0.9) < 1e-4 && Math.abs(y + 1.9) < 1e-4, `${x} ${y}`);
  trainer.close();
});

test("a run that goes on from its checkpoint does what the run without a break does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-checkpoint-"));
  const weights = new Map([["a", { shape: [3], data: Float32Array.of(1, -2, 0.5) }]]);
  const steps = async (trainer: Trainer, count: number) => {
    for (let i = 0; i < count; i++) await trainer.step(() => ({ total: tf.sum(tf.square(trainer.variables.get("a")!)) as tf.Scalar }), 0.05);
  };
  const whole = new Trainer(weights), first = new Trainer(weights), second = new Trainer(weights);
  await steps(whole, 6);
  await steps(first, 3);
  await writeCheckpoint(join(folder, "checkpoint"), await first.save());
  const saved = await readCheckpoint(join(folder, "checkpoint"));
  assert.ok(saved);
  second.restore(saved);
  assert.equal(second.steps, 3);
  await steps(second, 3);
  assert.deepEqual(await second.save(), await whole.save());
  assert.equal(await readCheckpoint(join(folder, "nothing")), undefined);
  for (const trainer of [whole, first, second]) trainer.close();
  await rm(folder, { recursive: true });
});

test("parts of a batch add up: their losses and their gradients", async () => {
  const trainer = new Trainer(new Map([["a", { shape: [2], data: Float32Array.of(1, -2) }]]));
  const part = (factor: number) => () => ({ total: tf.mul(tf.sum(tf.square(trainer.variables.get("a")!)), factor) as tf.Scalar });
  const start = tf.memory().numTensors;
  assert.deepEqual(await trainer.step([part(1), part(3)], 0.1), { total: 20 });
  assert.equal(tf.memory().numTensors, start, "no tensor leaks");
  const [x, y] = (await trainer.save()).state.m.get("a")!.data; // a tenth of the gradient, 2·(1 + 3)·a
  assert.ok(Math.abs(x - 0.8) < 1e-6 && Math.abs(y + 1.6) < 1e-6, `${x} ${y}`);
  trainer.close();
});
