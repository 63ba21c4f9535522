import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { ownWeights } from "../../../src/model/rig/own-weights.js";
import { sharedBasis } from "../../../src/model/rig/shared-basis.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";

describe("ownWeights", () => {
  let basis: ExpressionBasis;
  before(async () => { basis = await sharedBasis(); });

  it("believes a photo's smile and open jaw, and full lips less than they seem to pucker", () => {
    const read = Float32Array.from(weightVector(basis, { mouthSmileLeft: 0.8, jawOpen: 0.3, mouthPucker: 0.5 }));
    const own = ownWeights(basis, read), at = (name: string) => own[basis.blendshapes.indexOf(name)];
    assert.deepEqual([at("mouthSmileLeft"), at("jawOpen")], [Math.fround(0.8), Math.fround(0.3)]);
    assert.ok(Math.abs(at("mouthPucker") - 0.3) < 1e-6);
    assert.equal(read[basis.blendshapes.indexOf("mouthPucker")], 0.5, "what was read stays as it is");
  });
});
