import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { laplacianVariance, psnr } from "../../../src/model/evaluation/image-measures.js";
import { lag } from "../../../src/model/evaluation/lag.js";
import { ssim } from "../../../src/model/evaluation/ssim.js";

function grey(width: number, height: number, value: (x: number, y: number) => number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let p = 0; p < width * height; p++) data.fill(value(p % width, Math.floor(p / width)), 3 * p, 3 * p + 3);
  return { data, width, height };
}

const checks = grey(20, 16, (x, y) => ((x + y) % 2 ? 140 : 100));

test("variance of the Laplacian: a ramp has none, checks have the textbook value, a region is measured alone", () => {
  assert.ok(laplacianVariance(grey(20, 16, (x, y) => 5 * x + 3 * y)) < 1e-6);
  // Every pixel differs from all four neighbours by 40: ±160, mean 0.
  assert.ok(Math.abs(laplacianVariance(checks) - 160 ** 2) < 1);
  const half = grey(20, 16, (x, y) => (x < 10 ? 100 : (x + y) % 2 ? 140 : 100));
  assert.equal(laplacianVariance(half, { left: 0, top: 0, width: 9, height: 16 }), 0);
  assert.ok(Math.abs(laplacianVariance(half, { left: 11, top: 2, width: 8, height: 12 }) - 160 ** 2) < 1);
  assert.equal(laplacianVariance(checks, { left: 50, top: 0, width: 5, height: 5 }), 0);
});

test("PSNR: equal is infinite, a difference of 16 everywhere 24.05 dB, and sizes must agree", () => {
  assert.equal(psnr(checks, checks), Infinity);
  assert.ok(Math.abs(psnr(grey(8, 8, () => 100), grey(8, 8, () => 116)) - 20 * Math.log10(255 / 16)) < 1e-9);
  assert.throws(() => psnr(checks, grey(8, 8, () => 0)), RangeError);
});

test("SSIM: 1 for equal pictures, the luminance term alone for flat ones, low for inverted structure", () => {
  assert.ok(Math.abs(ssim(checks, checks) - 1) < 1e-9);
  const c1 = 2.55 ** 2;
  const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1);
  assert.ok(Math.abs(ssim(grey(12, 12, () => 100), grey(12, 12, () => 120)) - expected) < 1e-6);
  assert.ok(ssim(checks, grey(20, 16, (x, y) => ((x + y) % 2 ? 100 : 140))) < -0.5);
  assert.throws(() => ssim(grey(10, 20, () => 1), grey(10, 20, () => 1)), RangeError);
});

test("lag: found to a fraction of a sample, either way, and honest about series that do not vary", () => {
  const wave = (shift: number) => Array.from({ length: 120 }, (_, k) => Math.sin((k - shift) / 4) + 0.6 * Math.sin((k - shift) / 11));
  for (const shift of [0, 3, -5, 1.4]) {
    const found = lag(wave(0), wave(shift), 12);
    assert.ok(Math.abs(found.samples - shift) < 0.1, `found ${found.samples} for ${shift}`);
    assert.ok(found.correlation > 0.98);
  }
  assert.ok(Number.isNaN(lag(wave(0), new Float32Array(120), 5).samples));
  assert.throws(() => lag([1, 2, 3], [1, 2], 0), RangeError);
  assert.throws(() => lag([1, 2, 3], [1, 2, 4], 1), RangeError);
});
