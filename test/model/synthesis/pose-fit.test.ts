import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fitPose } from "../../../src/model/synthesis/pose-fit.js";
import { createRandom } from "../../../src/model/synthesis/random.js";
import { rotation } from "./fixtures.js";

const random = createRandom("pose");
const cloud = Float64Array.from({ length: 60 }, () => 10 * random() - 5);

function place(points: Float64Array, scale: number, turn: number[], shift: number[]): Float64Array {
  const turned = (i: number, r: number) => [0, 1, 2].reduce((sum, c) => sum + turn[3 * r + c] * points[i - r + c], 0);
  return points.map((_, i) => scale * turned(i, i % 3) + shift[i % 3]);
}

describe("fitPose", () => {
  it("finds the similarity that made the points", () => {
    for (const [yaw, pitch, roll] of [[0, 0, 0], [40, -20, 10], [-75, 15, 170], [180, 0, 0]]) {
      const turn = rotation(yaw, pitch, roll);
      const pose = fitPose(cloud, place(cloud, 13, turn, [160, -150, 7]), new Float64Array(20).fill(1));
      assert.ok(Math.abs(pose.scale - 13) < 1e-9);
      turn.forEach((value, i) => assert.ok(Math.abs(pose.rotation[i] - value) < 1e-9));
      [160, -150, 7].forEach((value, i) => assert.ok(Math.abs(pose.translation[i] - value) < 1e-8));
    }
  });

  it("listens to the weights", () => {
    const weights = Float64Array.from({ length: 20 }, (_, i) => (i < 15 ? 1 : 0));
    const target = place(cloud, 2, rotation(10, 5, 3), [1, 2, 3]).map((v, i) => (i < 45 ? v : v + 100));
    assert.ok(Math.abs(fitPose(cloud, target, weights).scale - 2) < 1e-9);
  });

  it("never mirrors", () => {
    const mirrored = cloud.map((v, i) => (i % 3 === 0 ? -v : v));
    const [a, b, c, d, e, f, g, h, i] = fitPose(cloud, mirrored, new Float64Array(20).fill(1)).rotation;
    assert.ok(Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) - 1) < 1e-9);
  });

  it("refuses points that coincide", () => {
    assert.throws(() => fitPose(new Float64Array(9), new Float64Array(9), [1, 1, 1]), { code: "USAGE" });
  });
});
