import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { sampleRoi } from "../../../src/model/landmarks/sample-roi.js";

/** Red grows to the right by 10 a pixel, green downwards, blue is 200. */
function ramp(width: number, height: number): Pixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return i % 3 === 0 ? 10 * (pixel % width) : i % 3 === 1 ? 10 * Math.floor(pixel / width) : 200;
  });
  return { data, width, height };
}

const BYTES = { side: 4, range: [0, 255], border: "edge" } as const;

function plane(out: Float32Array, channel: number): number[] {
  const size = out.length / 3;
  return Array.from(out.subarray(channel * size, (channel + 1) * size), (value) => Math.round(value * 1000) / 1000);
}

test("a region of the size of the result is copied, planes apart", () => {
  const out = sampleRoi(ramp(8, 8), { x: 4, y: 3, size: 4, angle: 0 }, BYTES);
  assert.deepEqual(plane(out, 0).slice(0, 4), [20, 30, 40, 50]);
  assert.deepEqual(plane(out, 1).filter((_, i) => i % 4 === 0), [10, 20, 30, 40]);
  assert.ok(plane(out, 2).every((value) => value === 200));
});

test("a turned region is seen level: its x axis goes down the picture at a quarter turn", () => {
  const out = sampleRoi(ramp(8, 8), { x: 4, y: 4, size: 4, angle: Math.PI / 2 }, BYTES);
  assert.deepEqual(plane(out, 1).slice(0, 4), [20, 30, 40, 50], "green grows along the result's rows");
  assert.deepEqual(plane(out, 0).filter((_, i) => i % 4 === 0), [50, 40, 30, 20], "red shrinks along its columns");
});

test("halfway between pixels is their mean", () => {
  const out = sampleRoi(ramp(8, 8), { x: 4.5, y: 4, size: 4, angle: 0 }, BYTES);
  assert.deepEqual(plane(out, 0).slice(0, 4), [25, 35, 45, 55]);
});

test("a large region is averaged, not picked", () => {
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 200);
  const stripes: Pixels = { data, width: 64, height: 64 };
  const out = sampleRoi(stripes, { x: 32, y: 32, size: 64, angle: 0 }, BYTES);
  for (const value of out) assert.ok(Math.abs(value - 100) < 1, `${value} is near the mean 100`);
});

test("outside the picture lies black or the edge, and range maps black and white", () => {
  const white: Pixels = { data: new Uint8Array(27).fill(255), width: 3, height: 3 };
  const roi = { x: 0, y: 1.5, size: 4, angle: 0 };
  const black = plane(sampleRoi(white, roi, { side: 4, range: [0, 1], border: "black" }), 0);
  assert.deepEqual(black.slice(4, 8), [0, 0, 1, 1]);
  const edge = sampleRoi(white, roi, { side: 4, range: [-1, 1], border: "edge" });
  assert.ok(edge.every((value) => Math.abs(value - 1) < 1e-6));
  const far = sampleRoi(white, { x: -50, y: -50, size: 4, angle: 1 }, { side: 2, range: [-1, 1], border: "black" });
  assert.ok(far.every((value) => Math.abs(value + 1) < 1e-6));
});

test("a picture of one pixel can be sampled", () => {
  const dot: Pixels = { data: Uint8Array.of(10, 20, 30), width: 1, height: 1 };
  const out = sampleRoi(dot, { x: 0.5, y: 0.5, size: 1, angle: 0.3 }, { side: 2, range: [0, 255], border: "edge" });
  [10, 20, 30].forEach((value, i) => assert.ok(plane(out, i).every((v) => v === value)));
});
