import assert from "node:assert/strict";
import { test } from "node:test";
import { moveLandmarks, randomSlant, randomWarp, resampleFace, STILL } from "../../../src/model/training/augment.js";
import { mulberry32 } from "../../helpers/random.js";

const SIZE = 96;

/** A soft dot on black. */
function dot(x: number, y: number): Uint8Array {
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3), dx = (pixel % SIZE) + 0.5 - x, dy = Math.floor(pixel / SIZE) + 0.5 - y;
    return Math.round(255 * Math.exp(-(dx * dx + dy * dy) / 8));
  });
}

/** Where a picture's light is. */
function middle(picture: Float32Array): [number, number] {
  let sum = 0, sx = 0, sy = 0;
  for (let i = 0; i < SIZE * SIZE; i++) {
    const light = picture[3 * i] + 1;
    sum += light;
    sx += light * ((i % SIZE) + 0.5);
    sy += light * (Math.floor(i / SIZE) + 0.5);
  }
  return [sx / sum, sy / sum];
}

test("landmarks go where the picture's own points go, in another shape and in the mirror", () => {
  const random = mulberry32(4);
  let furthest = 0;
  for (let round = 0; round < 24; round++) {
    const warp = randomWarp(random, SIZE), flip = round % 2 === 1, point = Float32Array.of(20 + 56 * random(), 20 + 56 * random());
    const moved = moveLandmarks(point, SIZE, warp, flip), [x, y] = middle(resampleFace(dot(point[0], point[1]), SIZE, warp, flip));
    assert.ok(Math.hypot(moved[0] - x, moved[1] - y) < 0.15, `${moved.join(", ")} beside ${x}, ${y}`);
    furthest = Math.max(furthest, Math.hypot((flip ? SIZE - x : x) - point[0], y - point[1]));
  }
  assert.ok(furthest > 3, `nothing moved further than ${furthest} pixels`);
});

test("without a warp a face stays as it is, and light from one side leaves the middle alone", () => {
  const face = dot(48, 48), same = resampleFace(face, SIZE, STILL, false);
  assert.ok(same.every((value, i) => Math.abs(value - (face[i] / 127.5 - 1)) < 1e-6));
  const grey = new Float32Array(SIZE * SIZE * 3).fill(-0.2);
  randomSlant(mulberry32(2), SIZE)(grey);
  const at = (x: number, y: number) => grey[3 * (y * SIZE + x)];
  assert.ok(Math.abs(at(48, 48) + 0.2) < 0.01);
  assert.ok(Math.abs(at(0, 0) + at(95, 95) + 0.4) < 0.02 && Math.abs(at(0, 0) - at(95, 95)) + Math.abs(at(0, 95) - at(95, 0)) > 0.05);
});
