import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../src/model/engines/tfjs/backend.js";
import { STAGES, type StageName } from "../../../src/model/training/stage-names.js";
import { TRAINING_STAGES } from "../../../src/model/training/stages.js";
import { trainingStep } from "../../../src/model/training/training-step.js";
import { fixedPairs, freshPerceptual, madeUpBatch, tinyDiscriminator, tinyNetworks } from "./tiny.js";

before(() => useBackend("wasm"));
after(() => tf.removeBackend("wasm"));

const OWN: Record<StageName, string[]> = {
  expression: ["attention", "landmarks", "weights"],
  identity: ["identityMap"],
  decoder: ["edges", "expression", "flow", "folds", "likeness", "mask", "moved", "painted", "person", "shading", "still"],
  joint: [
    "attention", "edges", "expression", "flow", "folds", "identityMap", "landmarks", "likeness", "mask", "moved", "painted", "person", "shading", "shown", "still",
    "weights",
  ],
  adversarial: [
    "adversarial", "attention", "discriminator", "edges", "expression", "flow", "folds", "identityMap", "landmarks", "likeness", "mask", "moved", "painted", "person",
    "shading", "shown", "still", "weights",
  ],
};

for (const name of STAGES) {
  test(`${name}: steps lower the loss, reach every variable of the stage, leave the others bit-identical and leak no tensor`, async () => {
    const stage = TRAINING_STAGES[name], start = tf.memory().numTensors;
    const perceptual = { identity: freshPerceptual("identity"), expression: freshPerceptual("expression") };
    const networks = tinyNetworks({ perceptual, discriminator: stage.discriminated ? tinyDiscriminator : undefined });
    const drawn = stage.draw(fixedPairs(madeUpBatch(2)), 2, 1);
    const before = await networks.save();
    const first = await trainingStep(networks, stage, drawn, 2e-3);
    assert.deepEqual(Object.keys(first).sort(), [...OWN[name], "total"].sort());
    const between = tf.memory().numTensors;
    let last = first;
    for (let i = 0; i < 3; i++) last = await trainingStep(networks, stage, drawn, 2e-3);
    assert.equal(tf.memory().numTensors, between, "a step leaves no tensor behind");
    assert.ok(last.total < first.total, `${first.total} → ${last.total}`);
    if (stage.discriminated) assert.ok(last.discriminator < first.discriminator, `discriminator ${first.discriminator} → ${last.discriminator}`);

    const after = await networks.save();
    for (const part of Object.keys(before.state).filter((key) => key.endsWith("weights"))) {
      for (const [weight, { data }] of before.state[part]) {
        const still = data.every((v, i) => Object.is(v, after.state[part].get(weight)!.data[i]));
        // Squeezed to one or two ReLUs, an attention module of this tiny net may start dead; everything else must have moved.
        if (/\.(squeeze\.kernel|squeeze\.bias|excite\.kernel)$/.test(weight)) continue;
        assert.equal(still, part === "weights" && !stage.trains(weight), `${part} ${weight}`);
      }
    }
    networks.close();
    perceptual.identity.close();
    perceptual.expression.close();
    assert.equal(tf.memory().numTensors, start, "closing frees everything");
  });
}

test("without perceptual networks and discriminators a loss is without their terms", async () => {
  const networks = tinyNetworks();
  const losses = await trainingStep(networks, TRAINING_STAGES.decoder, TRAINING_STAGES.decoder.draw(fixedPairs(madeUpBatch(1)), 1, 1), 1e-3);
  assert.deepEqual(Object.keys(losses).sort(), ["edges", "flow", "folds", "mask", "moved", "painted", "shading", "still", "total"]);
  networks.close();
});

for (const name of ["expression", "adversarial"] as const) {
  test(`${name}: a batch of five in three parts gives the losses and the gradients of the whole`, async () => {
    const stage = TRAINING_STAGES[name], pairs = fixedPairs(madeUpBatch(5));
    const perceptual = { identity: freshPerceptual("identity"), expression: freshPerceptual("expression") };
    const results = await Promise.all([1, 3].map(async (parts) => {
      const networks = tinyNetworks({ perceptual, discriminator: stage.discriminated ? tinyDiscriminator : undefined });
      const losses = await trainingStep(networks, stage, stage.draw(pairs, 5, parts), 1e-3);
      const { state } = await networks.save();
      networks.close();
      return { losses, state };
    }));
    const [whole, parts] = results;
    for (const [term, value] of Object.entries(whole.losses)) {
      assert.ok(Math.abs(value - parts.losses[term]) < 1e-4 * Math.max(1, Math.abs(value)), `${term}: ${value} and ${parts.losses[term]}`);
    }
    // Adam's first moment after one step is a tenth (half, for the discriminators) of the gradient.
    for (const part of Object.keys(whole.state).filter((key) => /(^|\.)m$/.test(key))) {
      const scale = Math.max(...[...whole.state[part].values()].map(({ data }) => data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)));
      assert.ok(scale > 0, part);
      for (const [weight, { data }] of whole.state[part]) {
        const other = parts.state[part].get(weight)!.data;
        data.forEach((v, i) => assert.ok(Math.abs(v - other[i]) < 1e-4 * scale, `${part} ${weight}: ${v} and ${other[i]}`));
      }
    }
    perceptual.identity.close();
    perceptual.expression.close();
  });
}
