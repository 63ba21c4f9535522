import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaceLandmarks } from "../../../src/model/landmarks/face.js";
import { pickFace } from "../../../src/model/landmarks/pick-face.js";

const face = (x: number, size: number): FaceLandmarks => ({ points: Float32Array.of(x, 0, 0, x + size, size, 0), score: 1 });
const faces = [face(300, 20), face(10, 30), face(100, 50)];

test("the largest face", () => assert.equal(pickFace(faces, "largest"), faces[2]));

test("faces are numbered from the left, from 1", () => {
  assert.deepEqual([1, 2, 3, 4].map((n) => faces.indexOf(pickFace(faces, n)!)), [1, 2, 0, -1]);
});

test("no faces, no face", () => assert.equal(pickFace([], "largest"), undefined));

test("other numbers are refused", () => {
  for (const wrong of [0, -1, 1.5, NaN]) assert.throws(() => pickFace(faces, wrong), { code: "USAGE", message: /from 1 on/ });
});
