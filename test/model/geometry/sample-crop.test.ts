import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { sampleCrop } from "../../../src/model/geometry/sample-crop.js";
import type { Similarity } from "../../../src/model/geometry/similarity.js";

function picture(width: number, height: number, paint: (x: number, y: number) => [number, number, number]): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 3);
  return { data, width, height };
}

const value = (byte: number) => byte / 127.5 - 1;
const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `expected ${expected} ± ${tolerance}, received ${actual}`);

test("at one image pixel per crop pixel the crop is the image", () => {
  const image = picture(96, 96, (x, y) => [x, y, (x * 7 + y * 13) % 256]);
  const crop = sampleCrop(image, { a: 1, b: 0, tx: 0, ty: 0 });
  for (let p = 0; p < crop.length; p++) close(crop[p], value(image.data[p]), 1e-6);
});

test("a fourth byte of the pixels changes nothing, at any scale", () => {
  const image = picture(640, 480, (x, y) => [x % 251, y % 241, (x * 7 + y * 13) % 256]), { width, height } = image;
  const four = new Uint8Array(4 * width * height).map((_, n) => (n % 4 === 3 ? 200 : image.data[3 * Math.floor(n / 4) + (n % 4)]));
  for (const scale of [0.5, 1.5, 4, 9]) {
    const t: Similarity = { a: scale, b: 0.2, tx: 5, ty: -3 };
    assert.deepEqual(sampleCrop({ data: four, width, height }, t), sampleCrop(image, t), `scale ${scale}`);
  }
});

test("a ramp is sampled at exact positions, at any scale and tilt, and the buffer passed in is used", () => {
  const ramp = picture(300, 240, (x, y) => [x / 2, y / 2, (x + y) / 4]);
  for (const [scale, angle] of [[0.4, 0.2], [1, -0.3], [1.6, 0], [1.9, 0.5], [2, 0]]) {
    const t: Similarity = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: 60.3, ty: 40.2 };
    const size = 48;
    const out = new Float32Array(size * size * 3);
    assert.equal(sampleCrop(ramp, t, size, out), out);
    for (let j = 0; j < size; j += 7) {
      for (let i = 0; i < size; i += 7) {
        const x = t.a * (i + 0.5) - t.b * (j + 0.5) + t.tx - 0.5, y = t.b * (i + 0.5) + t.a * (j + 0.5) + t.ty - 0.5;
        if (x < 2 || y < 2 || x > 297 || y > 237) continue;
        // The picture's bytes are rounded down by up to half a step.
        close(out[(j * size + i) * 3], value(x / 2 - 0.25), 0.3 / 127.5);
        close(out[(j * size + i) * 3 + 1], value(y / 2 - 0.25), 0.3 / 127.5);
      }
    }
  }
});

test("a picture finer than the crop's pixels comes out as its average instead of aliasing", () => {
  for (const scale of [2, 3.1, 4, 7.3, 20]) {
    const side = Math.ceil(24 * scale) + 4;
    const checks = picture(side, side, (x, y) => ((x + y) % 2 ? [255, 0, 255] : [0, 255, 255]));
    const crop = sampleCrop(checks, { a: scale, b: 0, tx: 2, ty: 2 }, 24);
    for (let p = 0; p < crop.length; p += 3) {
      // Of 3×3 checks one is left over: even the exact average is 1/9 off grey.
      close(crop[p], 0, 0.12);
      close(crop[p + 1], 0, 0.12);
      close(crop[p + 2], 1, 1e-6);
    }
  }
});

test("a large face keeps its place when the image is thinned first", () => {
  const ramp = picture(900, 700, (x, y) => [x / 4, y / 4, 0]);
  const angle = 0.1, scale = 6.4;
  const t: Similarity = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: 130.7, ty: 21.9 };
  const crop = sampleCrop(ramp, t);
  for (const [i, j] of [[5, 5], [48, 48], [90, 90], [90, 10]]) {
    const x = t.a * (i + 0.5) - t.b * (j + 0.5) + t.tx - 0.5, y = t.b * (i + 0.5) + t.a * (j + 0.5) + t.ty - 0.5;
    close(crop[(j * 96 + i) * 3], value(x / 4 - 0.375), 0.7 / 127.5);
    close(crop[(j * 96 + i) * 3 + 1], value(y / 4 - 0.375), 0.7 / 127.5);
  }
});

test("outside the image its border repeats", () => {
  const image = picture(40, 40, (x, y) => [x < 20 ? 10 : 200, y < 20 ? 30 : 90, 128]);
  for (const scale of [1, 3, 9]) {
    const crop = sampleCrop(image, { a: scale, b: 0, tx: -200 * scale, ty: -200 * scale }, 32);
    const far = sampleCrop(image, { a: scale, b: 0, tx: 200 * scale, ty: 200 * scale }, 32);
    for (let p = 0; p < crop.length; p += 3) {
      for (const [channel, low, high] of [[0, 10, 200], [1, 30, 90], [2, 128, 128]]) {
        close(crop[p + channel], value(low), 1e-6);
        close(far[p + channel], value(high), 1e-6);
      }
    }
  }
});

test("a one-pixel image is a plain crop", () => {
  const crop = sampleCrop({ data: Uint8Array.of(255, 0, 51), width: 1, height: 1 }, { a: 0.01, b: 0, tx: 0, ty: 0 }, 8);
  for (let p = 0; p < crop.length; p += 3) [1, -1, -0.6].forEach((expected, c) => close(crop[p + c], expected, 1e-6));
});
