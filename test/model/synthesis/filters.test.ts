import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { boundingRect } from "../../../src/model/synthesis/canvas.js";
import { gaussianBlur } from "../../../src/model/synthesis/gaussian-blur.js";
import { polygonCoverage } from "../../../src/model/synthesis/polygon-coverage.js";
import { sampleBicubic, sampleBilinear } from "../../../src/model/synthesis/sample-image.js";

const BOUNDS = { x: 0, y: 0, width: 40, height: 30 };

describe("gaussianBlur", () => {
  it("spreads a point as a Gaussian", () => {
    const plane = new Float32Array(41 * 41);
    plane[20 * 41 + 20] = 1;
    gaussianBlur(plane, 41, 41, 2);
    for (const [dx, dy] of [[0, 0], [1, 0], [0, 2], [3, 3], [-4, 1]]) {
      const expected = Math.exp(-(dx * dx + dy * dy) / 8) / (8 * Math.PI);
      assert.ok(Math.abs(plane[(20 + dy) * 41 + 20 + dx] - expected) < 1e-5);
    }
  });

  it("keeps a constant, also where the kernel is larger than the plane", () => {
    for (const [width, height] of [[20, 10], [3, 2], [1, 1]]) {
      const plane = new Float32Array(width * height).fill(7);
      gaussianBlur(plane, width, height, 3);
      assert.ok(plane.every((v) => Math.abs(v - 7) < 1e-5));
    }
  });

  it("mirrors about the border's pixels", () => {
    const plane = Float32Array.from({ length: 20 }, (_, i) => i);
    const extended = Float32Array.from({ length: 60 }, (_, i) => [20 - i, i - 20, 58 - i][Math.floor(i / 20)]);
    gaussianBlur(plane, 20, 1, 1.5);
    gaussianBlur(extended, 60, 1, 1.5);
    for (const i of [0, 1, 5, 18, 19]) assert.ok(Math.abs(plane[i] - extended[20 + i]) < 1e-5, `column ${i}`);
  });
});

describe("polygonCoverage", () => {
  it("covers as much as the polygon's area, with partial edges", () => {
    const { x, y, width, data } = polygonCoverage([3.25, 4.5, 10.5, 4.5, 10.5, 9.25, 3.25, 9.25], 2, BOUNDS);
    const at = (px: number, py: number) => data[(py - y) * width + px - x];
    assert.ok(Math.abs(data.reduce((a, b) => a + b) - 7.25 * 4.75) < 1e-4);
    assert.equal(at(6, 6), 1);
    assert.ok(Math.abs(at(3, 6) - 0.25) < 1e-6, "pixel 3 reaches from 2.5 to 3.5");
    assert.ok(Math.abs(at(6, 9) - 0.75) < 1e-6);
    assert.equal(at(6, 4), 0);
  });

  it("is cut to its bounds and may be empty", () => {
    const cut = polygonCoverage([-20, -20, 20, -20, 20, 20, -20, 20], 5, BOUNDS);
    assert.ok(cut.x === 0 && cut.y === 0);
    assert.ok(Math.abs(cut.data.reduce((a, b) => a + b) - 20.5 * 20.5) < 0.5);
    assert.equal(polygonCoverage([50, 50, 60, 50, 55, 60], 2, BOUNDS).data.length, 0);
  });
});

describe("samples", () => {
  const image = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => 10 * (Math.floor(i / 3) % 8) + 5 * Math.floor(i / 24) + (i % 3));
  const out = new Float32Array(3);

  it("bilinear and bicubic go through the pixels and follow a ramp", () => {
    for (const sample of [sampleBilinear, sampleBicubic]) {
      sample(image, 8, 6, 3, 2, out, 0);
      assert.deepEqual([...out], [40, 41, 42]);
      sample(image, 8, 6, 3.5, 2.5, out, 0);
      assert.ok(Math.abs(out[0] - 47.5) < 1e-4);
    }
  });

  it("repeat the border", () => {
    for (const sample of [sampleBilinear, sampleBicubic]) {
      sample(image, 8, 6, -30, 99, out, 0);
      assert.ok(Math.abs(out[0] - 25) < 1e-4);
    }
  });
});

describe("boundingRect", () => {
  it("holds the points' pixels and the margin, cut to the bounds", () => {
    assert.deepEqual(boundingRect([2.4, 3.1, 7.2, 5], 1, BOUNDS), { x: 1, y: 2, width: 9, height: 5 });
    assert.deepEqual(boundingRect([-9, -9, 99, 99], 1, BOUNDS), BOUNDS);
  });
});
