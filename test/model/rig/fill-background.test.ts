import assert from "node:assert/strict";
import { test } from "node:test";
import { fillHole } from "../../../src/model/rig/fill-hole.js";
import { mirrorOutside } from "../../../src/model/rig/mirror-outside.js";

const WIDTH = 90, HEIGHT = 70;
/** 1 but in a disc in the middle. */
const known = () => Float32Array.from({ length: WIDTH * HEIGHT }, (_, n) => (Math.hypot((n % WIDTH) - 45, Math.floor(n / WIDTH) - 35) < 18 ? 0 : 1));
const picture = (of: (x: number, y: number) => number) =>
  Float32Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => of(Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)) + (i % 3));

test("a hole is filled smoothly from what is round it, and what is known stays", () => {
  const where = known(), slope = picture((x, y) => x + 0.5 * y), holed = slope.map((value, i) => (where[Math.floor(i / 3)] === 1 ? value : 999));
  fillHole(holed, where, WIDTH, HEIGHT);
  holed.forEach((value, i) => {
    if (where[Math.floor(i / 3)] === 1) assert.equal(value, slope[i]);
    else assert.ok(Math.abs(value - slope[i]) < 8, `${value} instead of ${slope[i]} at ${i}`);
  });
  for (let n = 0; n + 1 < WIDTH * HEIGHT; n++) if (n % WIDTH < WIDTH - 1) assert.ok(Math.abs(holed[3 * n] - holed[3 * n + 3]) < 7, `a step of ${holed[3 * n + 3] - holed[3 * n]}`);
});

test("one known place fills everything, none nothing, and pictures may be a pixel wide", () => {
  const one = new Float32Array(WIDTH * HEIGHT), colours = new Float32Array(3 * WIDTH * HEIGHT);
  one[3000] = 1;
  colours.set([10, 20, 30], 9000);
  fillHole(colours, one, WIDTH, HEIGHT);
  assert.deepEqual([...colours.subarray(0, 3)].map(Math.round), [10, 20, 30]);
  const nothing = new Float32Array(21);
  fillHole(nothing, new Float32Array(7), 7, 1);
  assert.ok(nothing.every((value) => value === 0));
  const thin = Float32Array.of(5, 5, 5, 0, 0, 0, 0, 0, 0);
  fillHole(thin, Float32Array.of(1, 0, 0), 1, 3);
  assert.deepEqual([...thin].map(Math.round), [5, 5, 5, 5, 5, 5, 5, 5, 5]);
});

test("lines that meet a hole's rim go on into it, as far as is asked for", () => {
  // Unknown: the right half. Stripes run across the rim.
  const where = Float32Array.from({ length: WIDTH * HEIGHT }, (_, n) => (n % WIDTH < 45 ? 1 : 0)), stripes = picture((_, y) => (y % 8 < 4 ? 200 : 20));
  const holed = stripes.map((value, i) => (where[Math.floor(i / 3)] === 1 ? value : 0));
  mirrorOutside(holed, where, WIDTH, HEIGHT, 20, 2);
  for (let y = 10; y < 60; y++) {
    for (let x = 46; x < 54; x++) {
      assert.ok(where[y * WIDTH + x] > 0.9, `(${x}, ${y}) is known by ${where[y * WIDTH + x]}`);
      assert.equal(holed[3 * (y * WIDTH + x)], stripes[3 * (y * WIDTH + x)]);
    }
    for (let x = 67; x < 88; x++) assert.equal(where[y * WIDTH + x], 0);
  }
});
