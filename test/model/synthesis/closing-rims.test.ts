import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { CLOSING_LIDS, CLOSING_LIPS, closureOf, retreatFromMargin } from "../../../src/model/synthesis/closing-rims.js";
import { displacement } from "../../../src/model/synthesis/displacement.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { FaceSynthesizer } from "../../../src/model/synthesis/face-synthesizer.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { polygonCoverage } from "../../../src/model/synthesis/polygon-coverage.js";
import { poseFace, type PosedFace } from "../../../src/model/synthesis/posed-face.js";
import { openingPolygon } from "../../../src/model/synthesis/opening-polygon.js";
import { BASIS, canonicalLandmarks, without } from "./fixtures.js";

describe("closing eyes and lips", { skip: without(BASIS) }, () => {
  let basis: ExpressionBasis, face: PosedFace;
  before(async () => {
    basis = await loadBasis(BASIS);
    face = poseFace(basis, canonicalLandmarks(basis, 12, 160, 150), new Float32Array(51));
  });
  const targetOf = (named: Record<string, number>): Float64Array => {
    const moved = displacement(face, weightVector(basis, named));
    return face.points.map((value, i) => value + (moved[i] ?? 0));
  };

  it("measures how far an eye closes", () => {
    const closure = (named: Record<string, number>) => basis.eyes.map((eye) => closureOf(face, eye, CLOSING_LIDS, targetOf(named)));
    const [right, left] = closure({ eyeBlinkLeft: 1 });
    assert.ok(left > 0.95 && right < 0.05);
    const [half] = closure({ eyeBlinkRight: 0.4 });
    assert.ok(half > 0.35 && half < 0.65);
    assert.deepEqual(closure({ eyeWideLeft: 0.6, eyeWideRight: 0.6 }), [0, 0]);
  });

  it("takes notice of lips that were open, not of lips that are closed already", () => {
    const closed = targetOf({}); // the canonical mesh has its lips ajar
    assert.ok(closureOf(face, basis.lips, CLOSING_LIPS, closed) > 0.9);
    assert.equal(closureOf({ ...face, points: closed }, basis.lips, CLOSING_LIPS, targetOf({ mouthPressLeft: 1 })), 0);
  });

  it("moves the rims apart, but not the corners", () => {
    const source = face.points.slice();
    retreatFromMargin(source, face, basis.eyes[0], CLOSING_LIDS, 1);
    const { upper, lower } = basis.eyes[0];
    assert.ok(source[2 * upper[4] + 1] < face.points[2 * upper[4] + 1] - 1.5);
    assert.ok(source[2 * lower[4] + 1] > face.points[2 * lower[4] + 1] + 1.5);
    for (const corner of [upper[0], upper[8]]) assert.equal(source[2 * corner + 1], face.points[2 * corner + 1]);
  });

  it("leaves nothing of a white eyeball in a shut eye", () => {
    // Grey skin, and white wherever the photo's eyes are open, a little over their margin.
    const image = { data: new Uint8Array(320 * 320 * 3).fill(110), width: 320, height: 320 };
    const bounds = { x: 0, y: 0, width: 320, height: 320 };
    for (const eye of basis.eyes) {
      const { x, y, width, data } = polygonCoverage(openingPolygon(face.points, eye), 1, bounds);
      data.forEach((covered, i) => {
        const at = ((y + Math.floor(i / width)) * 320 + x + (i % width)) * 3;
        if (covered > 0) image.data.fill(250, at, at + 3);
      });
    }
    const synthesizer = new FaceSynthesizer(basis, image, canonicalLandmarks(basis, 12, 160, 150));
    const whitest = (named: Record<string, number>): number => {
      const weights = weightVector(basis, named), points = synthesizer.landmarks(weights), { data } = synthesizer.render(weights);
      let most = 0;
      for (const eye of basis.eyes) {
        for (const v of [...eye.upper.slice(2, -2), ...eye.lower.slice(2, -2)]) {
          const x = Math.floor(points[2 * v]), y = Math.floor(points[2 * v + 1]);
          for (const dy of [-2, -1, 0, 1, 2]) most = Math.max(most, data[((y + dy) * 320 + x) * 3]);
        }
      }
      return most;
    };
    assert.ok(whitest({}) > 200);
    assert.ok(whitest({ eyeBlinkLeft: 1, eyeBlinkRight: 1 }) < 150);
  });
});
