import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../src/model/engines/tfjs/backend.js";
import { TfjsOps } from "../../../src/model/engines/tfjs/tfjs-ops.js";
import { discriminate, DiscriminatorConfig, discriminatorParameters } from "../../../src/model/network/discriminator.js";
import { freshWeights } from "../../../src/model/network/initialize.js";
import { discriminatorLoss, generatorLoss } from "../../../src/model/training/adversarial-losses.js";
import { writeCheckpoint, readCheckpoint } from "../../../src/model/training/checkpoint.js";
import { TRAINING_STAGES } from "../../../src/model/training/stages.js";
import { trainingStep } from "../../../src/model/training/training-step.js";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedPairs, madeUpBatch, tinyDiscriminator, tinyNetworks } from "./tiny.js";

before(() => useBackend("wasm"));
after(() => tf.removeBackend("wasm"));

const near = (actual: tf.Scalar, expected: number) => assert.ok(Math.abs(actual.dataSync()[0] - expected) < 1e-6, `${actual.dataSync()[0]} instead of ${expected}`);

test("every patch of the picture and of its half is scored, and each scale has weights of its own", () => {
  const config = DiscriminatorConfig.parse(tinyDiscriminator), parameters = discriminatorParameters(config);
  assert.deepEqual(parameters.filter(({ name }) => name.endsWith("score.kernel")).map(({ name, shape }) => [name, shape]), [
    ["discriminator.scale1.score.kernel", [3, 3, 4, 1]], ["discriminator.scale2.score.kernel", [3, 3, 4, 1]],
  ]);
  const weights = freshWeights(parameters, 1);
  assert.notDeepEqual(weights.get("discriminator.scale1.block1.kernel"), weights.get("discriminator.scale2.block1.kernel"));
  tf.tidy(() => {
    const ops = new TfjsOps((name) => tf.tensor(weights.get(name)!.data, [...weights.get(name)!.shape]));
    const scores = discriminate<tf.Tensor>(ops, config, tf.randomUniform([2, 96, 96, 3], -1, 1, "float32", 4));
    assert.deepEqual(scores.map(({ shape }) => shape), [[2, 12, 12, 1], [2, 6, 6, 1]]);
  });
});

test("the default has 0.37 million weights a scale", () => {
  const count = discriminatorParameters(DiscriminatorConfig.parse({})).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  assert.equal(count, 2 * (27 * 64 + 64 + 9 * 64 * 128 + 256 + 9 * 128 * 256 + 512 + 9 * 256 + 1));
});

test("least squares: scores of 1 are what the generator wants, 1 for real and 0 for made what the discriminators want", () => {
  tf.tidy(() => {
    const scores = (...values: number[]) => [tf.tensor4d(values, [1, 1, values.length, 1]), tf.tensor4d([values[0]], [1, 1, 1, 1])];
    near(generatorLoss(scores(1, 1)), 0);
    near(generatorLoss(scores(0, 1)), 0.5 * 0.5 + 0.5); // ½·mean(1, 0) + ½·1
    near(discriminatorLoss(scores(1, 1), scores(0, 0)), 0);
    near(discriminatorLoss(scores(0, 1), scores(2, 0)), 0.25 + 0.5 + (0.5 * 4) / 2 + 0.5 * 4);
  });
});

test("the discriminators go on from the checkpoint as the generator does, and start afresh where it has none", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-discriminator-"));
  t.after(() => rm(folder, { recursive: true }));
  const stage = TRAINING_STAGES.adversarial, drawn = stage.draw(fixedPairs(madeUpBatch(1)), 1, 1);
  const make = () => tinyNetworks({ discriminator: tinyDiscriminator });
  const whole = make(), first = make(), second = make(), plain = tinyNetworks();
  for (const networks of [whole, whole, first]) await trainingStep(networks, stage, drawn, 1e-3);
  await writeCheckpoint(join(folder, "checkpoint"), await first.save());
  second.restore((await readCheckpoint(join(folder, "checkpoint")))!);
  await trainingStep(second, stage, drawn, 1e-3);
  assert.deepEqual(await second.save(), await whole.save());

  const old = await plain.save(); // as a run without discriminators writes it
  assert.ok(!Object.keys(old.state).some((part) => part.includes("discriminator")));
  const resumed = make();
  resumed.restore(old);
  assert.deepEqual((await resumed.save()).state["discriminator.weights"], (await make().save()).state["discriminator.weights"]);
  for (const networks of [whole, first, second, plain, resumed]) networks.close();
});
