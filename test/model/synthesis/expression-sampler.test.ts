import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { sampleExpression, type SampledExpression } from "../../../src/model/synthesis/expression-sampler.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { createRandom } from "../../../src/model/synthesis/random.js";
import { BASIS, without } from "./fixtures.js";

describe("sampleExpression", { skip: without(BASIS) }, () => {
  let basis: ExpressionBasis;
  let samples: SampledExpression[];
  before(async () => {
    basis = await loadBasis(BASIS);
    const random = createRandom("distribution");
    samples = Array.from({ length: 4000 }, () => sampleExpression(basis, random));
  });
  const weight = (sample: SampledExpression, name: string): number => sample.weights[basis.blendshapes.indexOf(name)];
  const share = (holds: (sample: SampledExpression) => boolean): number => samples.filter(holds).length / samples.length;

  it("gives the same expressions for the same seed", () => {
    const draw = (seed: string) => Array.from({ length: 20 }, ((random) => () => sampleExpression(basis, random))(createRandom(seed)));
    assert.deepEqual(draw("7"), draw("7"));
    assert.notDeepEqual(draw("7"), draw("8"));
  });

  it("stays plausible", () => {
    for (const sample of samples) {
      assert.ok(sample.weights.every((w) => w >= 0 && w <= 1));
      assert.ok(sample.label.every((w) => w >= 0 && w <= 1));
      assert.ok(weight(sample, "jawOpen") <= 0.9 + 1e-6 && weight(sample, "eyeWideLeft") <= 0.8 + 1e-6);
      assert.ok(weight(sample, "mouthClose") <= weight(sample, "jawOpen") + 1e-6);
      assert.ok(Math.min(weight(sample, "eyeBlinkLeft"), weight(sample, "eyeWideLeft")) < 0.5);
    }
  });

  it("draws what training needs in the shares it needs", () => {
    const within = (value: number, low: number, high: number, what: string) => assert.ok(value >= low && value <= high, `${what}: ${value}`);
    within(share((s) => weight(s, "jawOpen") > 0.3), 0.22, 0.36, "open mouths");
    within(share((s) => weight(s, "jawOpen") > 0.6), 0.04, 0.12, "wide open mouths");
    within(share((s) => Math.max(weight(s, "eyeBlinkLeft"), weight(s, "eyeBlinkRight")) > 0.3), 0.26, 0.38, "blinks");
    within(share((s) => Math.abs(weight(s, "eyeBlinkLeft") - weight(s, "eyeBlinkRight")) > 0.3), 0.02, 0.08, "winks");
    within(share((s) => weight(s, "mouthSmileLeft") > 0.6), 0.1, 0.2, "smiles");
    within(share((s) => weight(s, "mouthPucker") > 0.4), 0.02, 0.1, "rounded lips");
    within(share((s) => s.label.some((w) => w >= 0.5)), 0.28, 0.45, "labelled");
    within(share((s) => s.label.every((w) => w === 0)), 0.5, 0.7, "unlabelled");
    basis.basic.forEach((name, i) => within(share((s) => s.label[i] > 0), 0.03, 0.25, name));
  });
});
