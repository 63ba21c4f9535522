import assert from "node:assert/strict";
import { test } from "node:test";
import { openedMouth } from "../../../src/model/training/region-weights.js";
import { STILL_POINTS, stillPoints } from "../../../src/model/training/still-points.js";

const SIZE = 96;
const UPPER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308], LOWER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];
const UPPER_LID = [161, 160, 159, 158, 157, 388, 387, 386, 385, 384], LOWER_LID = [163, 144, 145, 153, 154, 390, 373, 374, 380, 381];

/** Landmarks of a face whose lips gape `mouth` and whose lids gape `eyes` pixels, about fixed middles. */
function face(mouth: number, eyes: number): Float32Array {
  const points = new Float32Array(468 * 2);
  const rims = (upper: readonly number[], lower: readonly number[], left: number, middle: number, gap: number) => upper.forEach((u, k) => {
    points.set([left + 2 * k, middle - gap / 2], 2 * u);
    points.set([left + 2 * k, middle + gap / 2], 2 * lower[k]);
  });
  rims(UPPER.slice(1, -1), LOWER.slice(1, -1), 40, 60, mouth);
  points.set([38, 60], 2 * 78);
  points.set([58, 60], 2 * 308);
  rims(UPPER_LID, LOWER_LID, 30, 21, eyes);
  return points;
}

const opened = (truth: Float32Array, target: Float32Array) => {
  const out = new Float32Array(SIZE * SIZE).fill(7);
  openedMouth(truth, target, SIZE, out);
  return { at: (x: number, y: number) => out[y * SIZE + x], sum: out.reduce((a, b) => a + b, 0) };
};

test("an opened mouth is asked to be painted where the target shows nothing of it", () => {
  const fromShut = opened(face(12, 4), face(0, 4));
  assert.deepEqual([fromShut.at(48, 60), fromShut.at(48, 55), fromShut.at(48, 50), fromShut.at(20, 60)], [1, 1, 0, 0]);
  const fromOpen = opened(face(12, 4), face(6, 4));
  assert.deepEqual([fromOpen.at(48, 60), fromOpen.at(48, 55)], [0, 1], "its own teeth are kept");
  assert.equal(opened(face(6, 4), face(6, 4)).sum, 0);
  assert.equal(opened(face(0, 4), face(6, 4)).sum, 0);
});

const still = (truth: Float32Array, target: Float32Array, ownTeeth: boolean) => {
  const points = new Float32Array(STILL_POINTS * 2), weights = new Float32Array(STILL_POINTS);
  stillPoints(truth, target, ownTeeth, points, weights);
  const count = (from: number, to: number) => weights.slice(from, to).reduce((a, b) => a + b, 0);
  return { points, weights, eyes: count(0, 40 / 2), mouth: count(20, STILL_POINTS) };
};

test("eyeballs stand still between lids that move, and teeth where the photo shows its own", () => {
  const both = still(face(8, 4), face(6, 5), true);
  assert.deepEqual([both.eyes, both.mouth], [20, 10]);
  assert.deepEqual([...both.points.slice(0, 4)], [29.5, 21 - 0.2 * 4 - 0.5, 29.5, 21 + 0.2 * 4 - 0.5].map(Math.fround), "between the truth's lids, pixel centres at whole numbers");
  assert.equal(still(face(8, 4), face(6, 5), false).mouth, 0, "another synthesis' teeth go with the jaw");
  assert.equal(still(face(8, 0.5), face(6, 5), true).eyes, 0, "closed lids show no eyeball");
  assert.equal(still(face(8, 4), face(0, 1), true).eyes, 0, "what the target does not show cannot be moved");
  assert.equal(still(face(8, 4), face(0, 1), true).mouth, 0);
});
