import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhotoBox, RowWarper } from "../../../src/model/compositing/row-warper.js";
import { SLOPE } from "../../../src/model/compositing/row-warper.js";
import { ScriptWarper } from "../../../src/model/compositing/warp-row.js";
import { SimdWarper } from "../../../src/model/compositing/warp-simd.js";
import { moduleOf, signed, unsigned } from "../../../src/model/compositing/wasm-code.js";
import { cubicWeights } from "../../../src/model/geometry/kernels.js";
import type { Pixels } from "../../../src/frame.js";
import { noisePhoto, numbers } from "./made-up.js";

/** The definition, sample by sample. */
function sample({ data, width, height }: Pixels, x: number, y: number, channel: number): number {
  const sx = Math.min(width - 1, Math.max(0, x)), sy = Math.min(height - 1, Math.max(0, y));
  const ix = Math.floor(sx), iy = Math.floor(sy);
  const wx = cubicWeights(sx - ix, SLOPE), wy = cubicWeights(sy - iy, SLOPE);
  let sum = 0;
  for (let j = 0; j < 4; j++) {
    for (let i = 0; i < 4; i++) {
      const column = Math.min(width - 1, Math.max(0, ix - 1 + i)), row = Math.min(height - 1, Math.max(0, iy - 1 + j));
      sum += wx[i] * wy[j] * data[(row * width + column) * 3 + channel];
    }
  }
  return Math.min(255, Math.max(0, sum));
}

const simd = SimdWarper.supported();
const warpers: [string, new (photo: Pixels, box: PhotoBox) => RowWarper, string | false][] = [
  ["script", ScriptWarper, false],
  ["SIMD", SimdWarper, simd ? false : "this machine's WebAssembly has no SIMD"],
];

for (const [name, Warper, skip] of warpers) {
  test(`${name}: every pixel of a run is the bicubic sample it should be, also along the photo's border, and no other is written`, { skip }, () => {
    const photo = noisePhoto(70, 50, 11);
    for (const box of [{ left: 20, top: 12, width: 30, height: 20 }, { left: 0, top: 0, width: 70, height: 50 }, { left: 41, top: 30, width: 29, height: 20 }]) {
      const warper = new Warper(photo, box);
      const next = numbers(4);
      const out = new Uint8ClampedArray(photo.data);
      const expected = Float64Array.from(photo.data);
      for (let y = 0; y < box.height; y += 3) {
        for (let i = 0; i < warper.shift.length; i++) warper.shift[i] = 12 * next() - 6;
        warper.shift.set([0, 0, 0.01, -0.01, 3, 0.005], 10);
        warper.warp(y, 2, box.width - 1, out);
        for (let x = 2; x < box.width - 1; x++) {
          let [dx, dy] = warper.shift.subarray(2 * x);
          if (Math.abs(dx) < 1 / 64) dx = 0;
          if (Math.abs(dy) < 1 / 64) dy = 0;
          const px = box.left + x, py = box.top + y;
          for (let c = 0; c < 3; c++) expected[(py * 70 + px) * 3 + c] = sample(photo, px + dx, py + dy, c);
        }
      }
      let worst = 0;
      for (let i = 0; i < out.length; i++) worst = Math.max(worst, Math.abs(out[i] - expected[i]));
      // Half a level for the byte, the rest for the tables' steps at the hardest edges noise can have.
      assert.ok(worst < 1.6, `${worst.toFixed(2)} grey levels off`);
    }
  });

  test(`${name}: still pixels and shifts by whole pixels are exact; a shift that is no number or endless harms nobody`, { skip }, () => {
    const photo = noisePhoto(40, 30, 2);
    const warper = new Warper(photo, { left: 0, top: 0, width: 40, height: 30 });
    const out = new Uint8ClampedArray(photo.data.length);
    out.set(photo.data);
    warper.shift.fill(0.012);
    warper.warp(7, 0, 40, out);
    assert.deepEqual(new Uint8Array(out.buffer), photo.data);
    for (let x = 0; x < 40; x++) warper.shift.set([-2, 5], 2 * x);
    warper.warp(7, 10, 30, out);
    assert.deepEqual([...out.subarray((7 * 40 + 10) * 3, (7 * 40 + 30) * 3)], [...photo.data.subarray((12 * 40 + 8) * 3, (12 * 40 + 28) * 3)]);
    warper.shift.fill(Number.NaN).fill(1e30, 10, 20).fill(-Infinity, 20, 30);
    warper.warp(3, 0, 40, out);
    const last = [...photo.data.subarray(photo.data.length - 3)];
    assert.deepEqual([...out.subarray((3 * 40 + 5) * 3, (3 * 40 + 6) * 3)], last, "held at the last pixel");
    assert.deepEqual([...out.subarray((3 * 40 + 10) * 3, (3 * 40 + 11) * 3)], [...photo.data.subarray(0, 3)], "held at the first pixel");
  });
}

test("the SIMD code agrees with the script to a rounding", { skip: simd ? false : "this machine's WebAssembly has no SIMD" }, () => {
  const photo = noisePhoto(120, 90, 3);
  const box = { left: 30, top: 20, width: 60, height: 50 };
  const [a, b] = [new ScriptWarper(photo, box), new SimdWarper(photo, box)];
  const outs = [new Uint8ClampedArray(photo.data), new Uint8ClampedArray(photo.data)];
  for (let y = 0; y < 50; y++) {
    for (let x = 0; x < 60; x++) a.shift.set([4 * Math.sin(x / 7 + y / 9), 4 * Math.cos(x / 8 - y / 6)], 2 * x);
    b.shift.set(a.shift);
    a.warp(y, 0, 60, outs[0]);
    b.warp(y, 0, 60, outs[1]);
  }
  let worst = 0;
  for (let i = 0; i < outs[0].length; i++) worst = Math.max(worst, Math.abs(outs[0][i] - outs[1][i]));
  assert.ok(worst <= 2, `${worst} grey levels`);
});

test("numbers and modules are encoded as the specification says", () => {
  assert.deepEqual(unsigned(624485), [0xe5, 0x8e, 0x26]);
  assert.deepEqual(unsigned(0), [0]);
  assert.deepEqual(signed(-123456), [0xc0, 0xbb, 0x78]);
  assert.deepEqual(signed(64), [0xc0, 0x00]);
  assert.deepEqual(signed(-1), [0x7f]);
  assert.deepEqual([...moduleOf([], [], []).subarray(0, 8)], [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
});
