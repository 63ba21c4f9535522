import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { loadPackagedBasis } from "../../../src/model/synthesis/packaged-basis.js";
import { effectiveWeights } from "../../../src/model/synthesis/response.js";

describe("effectiveWeights", () => {
  let basis: ExpressionBasis;
  before(async () => { basis = await loadPackagedBasis(); });

  it("rises with every weight, from 0 and never below what was asked for", () => {
    const neutral = new Float32Array(51);
    assert.ok(effectiveWeights(basis, neutral, neutral).every((w) => w === 0));
    let before: Float64Array = new Float64Array(51);
    for (let step = 1; step <= 20; step++) {
      const weights = new Float32Array(51).fill(step / 20), now = effectiveWeights(basis, neutral, weights);
      now.forEach((w, k) => assert.ok(w > before[k] && w >= weights[k] - 1e-6 && w <= (basis.blendshapes[k].startsWith("mouthPress") ? 4 : 3) * weights[k], `${basis.blendshapes[k]} ${step}: ${w}`));
      before = now;
    }
  });

  it("treats both sides alike", () => {
    const ends = (side: string) => basis.blendshapes.flatMap((name, k) => (name.endsWith(side) && !/^(jaw|mouth)(Left|Right)$/.test(name) ? [basis.responses[2 * k]] : []));
    assert.deepEqual(ends("Left"), ends("Right"));
    assert.ok(ends("Left").some((end) => end !== 1));
    assert.equal(basis.responses[2 * basis.blendshapes.indexOf("mouthLeft")], basis.responses[2 * basis.blendshapes.indexOf("mouthRight")]);
  });

  it("keeps what the photo shows, and takes it away at its natural size", () => {
    const shown = weightVector(basis, { mouthSmileLeft: 0.7, browInnerUp: 0.4, jawOpen: 0.5, mouthClose: 0.2 });
    assert.deepEqual(effectiveWeights(basis, shown, shown), Float64Array.from(shown));
    const half = weightVector(basis, { mouthSmileLeft: 0.35, browInnerUp: 0.2 });
    assert.deepEqual(effectiveWeights(basis, shown, half), Float64Array.from(half));
    const brow = basis.blendshapes.indexOf("browInnerUp"), up = weightVector(basis, { browInnerUp: 0.401 });
    assert.ok(Math.abs(effectiveWeights(basis, shown, up)[brow] - 0.4) < 0.005, "no jump where it starts to rise");
  });

  it("closes the lips over an open jaw alone", () => {
    const close = (named: Record<string, number>) => effectiveWeights(basis, new Float32Array(51), weightVector(basis, named))[basis.mouthClose];
    assert.equal(close({ mouthClose: 0.6 }), 0);
    assert.ok(Math.abs(close({ mouthClose: 0.3, jawOpen: 0.8 }) - 0.3) < 1e-6);
  });

  it("holds pursed lips together over a jaw of a third, less over a wider one, and not those that are funnelled", () => {
    const close = (named: Record<string, number>) => effectiveWeights(basis, new Float32Array(51), weightVector(basis, named))[basis.mouthClose];
    const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-6, `${value} instead of ${expected}`);
    near(close({ jawOpen: 0.3, mouthPucker: 1 }), 0.3);
    near(close({ jawOpen: 0.75, mouthPucker: 1 }), 0.15);
    near(close({ jawOpen: 0.3, mouthPucker: 1, mouthFunnel: 1 }), 0);
    near(close({ jawOpen: 0.3 }), 0);
    const shown = weightVector(basis, { jawOpen: 0.3, mouthPucker: 0.6 });
    assert.deepEqual(effectiveWeights(basis, shown, shown), Float64Array.from(shown), "what a photo shows is as it is");
  });
});
