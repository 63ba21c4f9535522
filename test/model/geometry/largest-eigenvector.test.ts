import assert from "node:assert/strict";
import { test } from "node:test";
import { largestEigenvector } from "../../../src/model/geometry/largest-eigenvector.js";
import { mulberry32 } from "../../helpers/random.js";

test("the matrix stretches its vector by the value, and no other direction by more", () => {
  const random = mulberry32(9), n = 4;
  for (let round = 0; round < 200; round++) {
    const matrix = new Float64Array(n * n);
    for (let p = 0; p < n; p++) for (let q = p; q < n; q++) matrix[p * n + q] = matrix[q * n + p] = (random() - 0.5) * 10 ** (round % 7);
    const { value, vector } = largestEigenvector(matrix.slice(), n), scale = Math.hypot(...matrix);
    const times = (v: ArrayLike<number>) => Array.from({ length: n }, (_, p) => Array.from({ length: n }, (_, q) => matrix[p * n + q] * v[q]).reduce((a, b) => a + b));
    times(vector).forEach((entry, k) => assert.ok(Math.abs(entry - value * vector[k]) < 1e-12 * scale));
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-12);
    const other = Array.from({ length: n }, () => random() - 0.5), length = other.reduce((sum, v) => sum + v * v, 0);
    assert.ok(times(other).reduce((sum, entry, k) => sum + entry * other[k], 0) / length <= value + 1e-9 * scale);
  }
});

test("a matrix of nothing, and one that is diagonal already", () => {
  assert.equal(largestEigenvector(new Float64Array(16), 4).value, 0);
  const { value, vector } = largestEigenvector(Float64Array.of(1, 0, 0, 5), 2);
  assert.deepEqual([value, ...vector], [5, 0, 1]);
});
