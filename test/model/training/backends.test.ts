import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReenactError } from "../../../src/errors.js";
import { useBackend, type BackendKind } from "../../../src/model/engines/tfjs/backend.js";
import { STAGES } from "../../../src/model/training/stage-names.js";
import { TRAINING_STAGES } from "../../../src/model/training/stages.js";
import { trainingStep } from "../../../src/model/training/training-step.js";
import type { Losses } from "../../../src/model/training/trainer.js";
import { fixedPairs, freshPerceptual, madeUpBatch, tinyDiscriminator, tinyNetworks } from "./tiny.js";

/** The losses of the first step of each stage, and the backend they were seen on first: the others must compute the same. */
const seen = new Map<string, readonly [BackendKind, Losses]>();

for (const backend of ["wasm", "tensorflow", "webgpu"] as const) {
  test(`steps of every stage on ${backend}`, async (t) => {
    try {
      await useBackend(backend);
    } catch (error) {
      // WASM comes with npm; the others are optional.
      if (backend === "wasm" || (error as ReenactError).code !== "ENGINE_UNAVAILABLE") throw error;
      return t.skip((error as Error).message);
    }
    const perceptual = { identity: freshPerceptual("identity"), expression: freshPerceptual("expression") };
    for (const name of STAGES) {
      const stage = TRAINING_STAGES[name];
      const networks = tinyNetworks({ perceptual, discriminator: stage.discriminated ? tinyDiscriminator : undefined });
      const drawn = stage.draw(fixedPairs(madeUpBatch(2)), 2, 2);
      const losses: Losses[] = [];
      for (let i = 0; i < 3; i++) losses.push(await trainingStep(networks, stage, drawn, 1e-3));
      networks.close();
      assert.ok(losses[2].total < losses[0].total, `${name}: ${losses.map(({ total }) => total).join(" → ")}`);
      const [other, expected] = seen.get(name) ?? [backend, losses[0]];
      for (const [term, value] of Object.entries(losses[0])) {
        assert.ok(Math.abs(value - expected[term]) < 1e-3 * Math.max(1, Math.abs(value)), `${name}, ${term}: ${value} on ${backend}, ${expected[term]} on ${other}`);
      }
      seen.set(name, [other, expected]);
    }
    perceptual.identity.close();
    perceptual.expression.close();
  });
}
