import assert from "node:assert/strict";
import { test } from "node:test";
import { cubicWeights, PHASES, splineWeights, weightTable } from "../../../src/model/geometry/kernels.js";
import { enlarge, warpBilinear } from "../../../src/model/geometry/resample.js";

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

test("kernels sum to one; Catmull–Rom reproduces a parabola, every kernel a line", () => {
  for (let t = 0; t <= 1; t += 0.125) {
    for (const weights of [cubicWeights(t), splineWeights(t)]) {
      assert.ok(Math.abs(sum(weights) - 1) < 1e-12);
      assert.ok(Math.abs(sum(weights.map((w, i) => w * (i - 1))) - t) < 1e-12);
    }
    assert.ok(Math.abs(sum(cubicWeights(t).map((w, i) => w * (i - 1) ** 2)) - t * t) < 1e-12);
    assert.ok(Math.abs(sum(cubicWeights(t, -0.75)) - 1) < 1e-12);
  }
  assert.deepEqual(cubicWeights(0).map((w) => w + 0), [0, 1, 0, 0]);
});

test("a weight table holds the kernel at its phases", () => {
  const table = weightTable(cubicWeights);
  assert.equal(table.length, 4 * (PHASES + 1));
  assert.deepEqual([...table.subarray(4 * 256, 4 * 256 + 4)], cubicWeights(256 / PHASES));
});

test("enlarging keeps every point in its place and holds the border", () => {
  const width = 12, height = 8;
  const data = new Float32Array(width * height * 2);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x + 0.5, y + 0.5], (y * width + x) * 2);
  const large = enlarge({ data, width, height, channels: 2 }, 36, 32);
  assert.equal(large.data.length, 36 * 32 * 2);
  for (let y = 8; y < 24; y++) {
    for (let x = 6; x < 30; x++) {
      assert.ok(Math.abs(large.data[(y * 36 + x) * 2] - (x + 0.5) / 3) < 1e-5);
      assert.ok(Math.abs(large.data[(y * 36 + x) * 2 + 1] - (y + 0.5) / 4) < 1e-5);
    }
  }
  const plain = enlarge({ data: new Float32Array(12).fill(0.25), width: 2, height: 2, channels: 3 }, 9, 5, splineWeights);
  for (const value of plain.data) assert.ok(Math.abs(value - 0.25) < 1e-6);
});

test("the warp reads at x + f and holds the border", () => {
  const side = 6;
  const data = Float32Array.from({ length: side * side }, (_, p) => (p % side) + 10 * Math.floor(p / side));
  const flow = new Float32Array(side * side * 2);
  for (let p = 0; p < side * side; p++) flow.set([0.25, -0.5], 2 * p);
  const out = warpBilinear({ data, width: side, height: side, channels: 1 }, flow);
  assert.ok(Math.abs(out[2 * side + 3] - (3.25 + 15)) < 1e-5);
  assert.ok(Math.abs(out[0] - 0.25) < 1e-6, "above the plane its first row");
  assert.ok(Math.abs(out[3 * side + 5] - (5 + 25)) < 1e-5, "right of the plane its last column");
});
