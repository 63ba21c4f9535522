import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBlazeface, type FaceBox, mergeBoxes } from "../../../src/model/landmarks/blazeface.js";

function grids(): { scores: Float32Array; boxes: Float32Array }[] {
  return [512, 384].map((anchors) => ({ scores: new Float32Array(anchors).fill(-10), boxes: new Float32Array(anchors * 16) }));
}

test("an anchor's box lies round its cell's centre, offsets in pixels of 256", () => {
  const raw = grids();
  const cell = 3 * 8 + 5; // third row, sixth column of the coarse grid
  const anchor = cell * 6 + 2;
  raw[1].scores[anchor] = 2;
  raw[1].boxes.set([25.6, -25.6, 51.2, 64, 12.8, 0], anchor * 16);
  const [box, ...others] = decodeBlazeface(raw);
  assert.equal(others.length, 0);
  assert.ok(Math.abs(box.x - (5.5 / 8 + 0.1)) < 1e-6 && Math.abs(box.y - (3.5 / 8 - 0.1)) < 1e-6);
  assert.ok(Math.abs(box.width - 0.2) < 1e-6 && Math.abs(box.height - 0.25) < 1e-6);
  assert.ok(Math.abs(box.keypoints[0] - (5.5 / 8 + 0.05)) < 1e-6 && box.keypoints.length === 12);
  assert.ok(Math.abs(box.score - 1 / (1 + Math.exp(-2))) < 1e-6);
});

test("boxes come best first, weak ones not at all", () => {
  const raw = grids();
  raw[0].scores.set([1, 0.3, 3]); // .73, .57, .95
  assert.deepEqual(decodeBlazeface(raw).map(({ score }) => Math.round(score * 100)), [95, 73]);
});

const box = (x: number, score: number): FaceBox => ({ x, y: 0.5, width: 0.2, height: 0.2, keypoints: [x, 0.5], score });

test("boxes of one face become their weighted mean, other faces stay", () => {
  const merged = mergeBoxes([box(0.3, 0.9), box(0.32, 0.6), box(0.7, 0.8)]);
  assert.equal(merged.length, 2);
  assert.ok(Math.abs(merged[0].x - (0.3 * 0.9 + 0.32 * 0.6) / 1.5) < 1e-9);
  assert.ok(Math.abs(merged[0].keypoints[0] - merged[0].x) < 1e-9);
  assert.equal(merged[0].score, 0.9);
  assert.ok(Math.abs(merged[1].x - 0.7) < 1e-9);
});

test("no boxes stay no boxes; a box without area is kept once", () => {
  assert.deepEqual(mergeBoxes([]), []);
  const flat = { ...box(0.5, 0.9), width: 0, height: 0 };
  assert.equal(mergeBoxes([flat]).length, 1);
});
