import assert from "node:assert/strict";
import { test } from "node:test";
import { correlation } from "../../../src/model/evaluation/correlation.js";
import { measureExpression } from "../../../src/model/evaluation/expression-measures.js";
import { applySimilarity } from "../../../src/model/geometry/similarity.js";

test("correlation is 1 for any rising line, −1 for any falling one, and no number where nothing varies", () => {
  assert.ok(Math.abs(correlation([1, 2, 4], [10, 20, 40]) - 1) < 1e-12);
  assert.ok(Math.abs(correlation([1, 2, 4], [-1, -2, -4]) + 1) < 1e-12);
  assert.ok(Math.abs(correlation([1, 0, -1, 0], [0, 1, 0, -1])) < 1e-12);
  assert.ok(Number.isNaN(correlation([1, 1], [1, 2])));
});

/** A face of landmarks in the crop's own pixels, with the points that measures use. */
function face(mouthGap: number, mouthWidth: number, lift: number, eyeGap: number) {
  const points = new Float32Array(468 * 3);
  const put = (i: number, x: number, y: number) => points.set([x, y, 0], 3 * i);
  const registration = {
    33: [25.77, 20.68], 133: [38.72, 21.07], 362: [57.28, 21.07], 263: [70.23, 20.68],
    168: [48, 17.64], 6: [48, 21.63], 197: [48, 25.36], 195: [48, 28.7], 2: [48, 44.45], 98: [40.97, 42.57], 327: [55.03, 42.57],
  };
  for (const [i, [x, y]] of Object.entries(registration)) put(Number(i), x, y);
  put(13, 48, 55 - mouthGap / 2); put(14, 48, 55 + mouthGap / 2); put(0, 48, 52); put(17, 48, 58);
  put(61, 48 - mouthWidth / 2, 55 - lift); put(291, 48 + mouthWidth / 2, 55 - lift);
  put(159, 32, 21 - eyeGap / 2); put(145, 32, 21 + eyeGap / 2); put(386, 64, 21 - eyeGap / 2); put(374, 64, 21 + eyeGap / 2);
  for (const i of [105, 66, 334, 296]) put(i, 48, 10);
  return { points, score: 1 };
}

test("each measure grows with its own movement alone, however large and turned the face is", () => {
  const base = measureExpression(face(1, 24, 0, 4));
  const open = measureExpression(face(9, 24, 0, 4));
  assert.ok(Math.abs(open.mouthOpen - base.mouthOpen - 8 / 96) < 1e-4 && Math.abs(open.smile - base.smile) < 1e-6);
  const smile = measureExpression(face(1, 28, 2, 4));
  assert.ok(Math.abs(smile.smile - base.smile - 6 / 96) < 1e-4 && Math.abs(smile.mouthOpen - base.mouthOpen) < 1e-6);
  const blink = measureExpression(face(1, 24, 0, 1));
  assert.ok(Math.abs(blink.eyesOpen / base.eyesOpen - 0.25) < 1e-3 && Math.abs(blink.browsUp - base.browsUp) < 1e-6);

  const turned = face(9, 28, 2, 3);
  const before = measureExpression(turned);
  for (let i = 0; i < turned.points.length; i += 3) {
    const [x, y] = applySimilarity({ a: 3, b: 1.2, tx: 200, ty: -40 }, turned.points[i], turned.points[i + 1]);
    turned.points.set([x, y], i);
  }
  const after = measureExpression(turned);
  for (const name of ["mouthOpen", "smile", "eyesOpen", "browsUp"] as const) assert.ok(Math.abs(after[name] - before[name]) < 1e-4, name);
});
