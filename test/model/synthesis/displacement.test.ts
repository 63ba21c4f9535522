import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { displacement } from "../../../src/model/synthesis/displacement.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { expressionOffsets, poseFace, type PosedFace } from "../../../src/model/synthesis/posed-face.js";
import { BASIS, canonicalLandmarks, rotation, without } from "./fixtures.js";

const SCALE = 10;

describe("displacement", { skip: without(BASIS) }, () => {
  let basis: ExpressionBasis;
  before(async () => { basis = await loadBasis(BASIS); });

  /** The canonical face wearing `worn`, which is what its landmarks show. */
  const wearing = (worn: Record<string, number>, turn = rotation(0, 0, 0)): PosedFace => {
    const current = weightVector(basis, worn);
    const offsets = expressionOffsets(basis, current);
    const moved = { ...basis, vertices: basis.vertices.map((v, i) => v + offsets[i]) };
    return poseFace(basis, canonicalLandmarks(moved, SCALE, 160, 160, turn), current);
  };
  const gap = (face: PosedFace, moved: Float64Array, upper: number, lower: number): number =>
    face.points[2 * lower + 1] + moved[2 * lower + 1] - face.points[2 * upper + 1] - moved[2 * upper + 1];

  it("finds the pose of the canonical face", () => {
    const turn = rotation(20, -10, 5);
    const { pose } = wearing({}, turn);
    assert.ok(Math.abs(pose.scale - SCALE) < 1e-4);
    turn.forEach((value, i) => assert.ok(Math.abs(pose.rotation[i] - value) < 1e-5));
  });

  it("leaves the brows and the nose alone when nothing changes", () => {
    const moved = displacement(wearing({ browInnerUp: 0.5 }), weightVector(basis, { browInnerUp: 0.5 }));
    for (const v of [4, 6, 9, 105, 334, 152]) assert.ok(Math.hypot(moved[2 * v], moved[2 * v + 1]) < 0.05, `vertex ${v}`);
  });

  it("closes a smiling mouth", () => {
    const face = wearing({ mouthSmileLeft: 0.8, mouthSmileRight: 0.8, jawOpen: 0.3, mouthUpperUpLeft: 0.4, mouthUpperUpRight: 0.4 });
    assert.ok(gap(face, new Float64Array(936), 13, 14) > 0.4 * SCALE, "it starts open");
    const moved = displacement(face, new Float32Array(51));
    for (let k = 1; k < 10; k++) {
      assert.ok(Math.abs(gap(face, moved, basis.lips.upper[k], basis.lips.lower[k])) < 0.02 * SCALE, `pair ${k}`);
    }
  });

  it("opens the mouth as far as the basis says", () => {
    const face = wearing({});
    const jaw = basis.blendshapes.indexOf("jawOpen") * 1404;
    for (const weight of [0.3, 0.6, 0.9]) {
      const expected = weight * (basis.deltas[jaw + 13 * 3 + 1] - basis.deltas[jaw + 14 * 3 + 1]) - 0.05;
      const opened = gap(face, displacement(face, weightVector(basis, { jawOpen: weight })), 13, 14);
      assert.ok(Math.abs(opened - SCALE * expected) < 0.05 * SCALE);
    }
  });

  it("closes the lids, mostly with the upper one", () => {
    const face = wearing({});
    const blink = weightVector(basis, { eyeBlinkLeft: 1, eyeBlinkRight: 1 });
    const moved = displacement(face, blink);
    for (const [upper, lower] of [[159, 145], [386, 374]]) {
      const open = gap(face, new Float64Array(936), upper, lower);
      assert.ok(open > 0.6 * SCALE);
      assert.ok(gap(face, moved, upper, lower) < 0.2 * open);
      assert.ok(moved[2 * upper + 1] > 3 * Math.abs(moved[2 * lower + 1]));
    }
  });

  it("keeps the sides of the face from swinging out", () => {
    const face = wearing({});
    const moved = displacement(face, weightVector(basis, { jawLeft: 1 }));
    const jaw = basis.blendshapes.indexOf("jawLeft") * 1404;
    assert.ok(Math.abs(moved[2 * 152] - 0.5 * SCALE * basis.deltas[jaw + 152 * 3]) < 0.01 * SCALE);
  });
});
