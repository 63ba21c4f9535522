import assert from "node:assert/strict";
import { test } from "node:test";
import { eyeLook } from "../../../src/model/geometry/gaze.js";

/** Two eyes, tilted about the picture's origin: the irises lie at (x, y) eye widths from the middle between the corners. */
function eyes(x: number, y: number, { open = 0.3, widths = [40, 40], tilt = 0 } = {}): Float32Array {
  const points = new Float32Array(3 * 478), cos = Math.cos(tilt), sin = Math.sin(tilt);
  const put = (k: number, u: number, v: number) => points.set([u * cos - v * sin, u * sin + v * cos, 0], 3 * k);
  [[33, 133, 159, 145, 468], [362, 263, 386, 374, 473]].forEach(([left, right, upper, lower, iris], eye) => {
    const middle = 100 + 100 * eye, width = widths[eye];
    put(left, middle - width / 2, 80);
    put(right, middle + width / 2, 80);
    put(upper, middle, 80 - 0.6 * open * width);
    put(lower, middle, 80 + 0.4 * open * width);
    put(iris, middle + x * width, 80 + y * width);
  });
  return points;
}

test("a gaze is what the irises say, whatever the eyes' size and the head's tilt", () => {
  for (const options of [{}, { widths: [40, 12] }, { tilt: 0.5 }, { widths: [80, 90], tilt: -0.3 }]) {
    const look = eyeLook(eyes(0.15, -0.05, options));
    assert.ok(look && Math.abs(look.x - 0.15) < 1e-5 && Math.abs(look.y + 0.05) < 1e-5 && Math.abs(look.open - 0.3) < 1e-5);
  }
});

test("an eye that a turned head shortens counts for less", () => {
  const points = eyes(0, 0, { widths: [40, 10] });
  points[3 * 473] += 5; // half an eye's width
  assert.ok(eyeLook(points)!.x < 0.05);
});

test("no irises, no gaze; and closed lids are told", () => {
  assert.equal(eyeLook(eyes(0, 0).subarray(0, 3 * 468)), undefined);
  assert.ok(eyeLook(eyes(0, 0, { open: 0.05 }))!.open < 0.06);
});
