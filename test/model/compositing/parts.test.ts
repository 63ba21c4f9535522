import assert from "node:assert/strict";
import { test } from "node:test";
import { ColourMatch } from "../../../src/model/compositing/colour-match.js";
import { featherWindow } from "../../../src/model/compositing/feather.js";
import { activity, Lattice } from "../../../src/model/compositing/lattice.js";
import { crispMask, localRange } from "../../../src/model/compositing/mask-edges.js";
import { LightSharpener } from "../../../src/model/compositing/sharpen-light.js";
import { splineWeights, weightTable } from "../../../src/model/geometry/kernels.js";
import { cropAt, numbers } from "./made-up.js";

test("the window is 1 on the face, 0 along the border and in the corners, and falls without a step", () => {
  const window = featherWindow();
  const at = (x: number, y: number) => window[y * 96 + x];
  assert.equal(at(48, 48), 1);
  assert.equal(at(48, 12), 1, "a brow");
  assert.equal(at(48, 83), 1, "a chin");
  for (let k = 0; k < 96; k++) for (const edge of [0, 1, 2, 93, 94, 95]) assert.equal(at(k, edge) + at(edge, k), 0);
  assert.equal(at(8, 8), 0, "a corner");
  for (let p = 0; p < 96 * 95; p++) assert.ok(Math.abs(window[p] - window[p + 96]) < 0.33);
});

test("the lattice puts a field where the face is, between its nodes and at the ends of its rows", () => {
  for (const [side, step] of [[96, 1], [230, 2], [610, 4]]) {
    const crop = cropAt(200, 210, side, 0.3);
    const lattice = new Lattice(crop, 500, 400, step);
    // A plane: the spline and the linear steps between nodes reproduce it.
    const field = Float32Array.from({ length: 96 * 96 * 2 }, (_, i) => ((i >> 1) % 96 + 0.5) * (i % 2 ? 1 : 2) + (Math.floor(i / 192) + 0.5) * (i % 2 ? -1 : 3));
    const active = new Uint8Array(96 * 96).fill(1), lit = new Uint8Array(lattice.size);
    const nodes = new Float32Array(lattice.size * 2), row = new Float32Array(lattice.width * 2), runs = new Int32Array(2 * lattice.columns);
    lattice.read(field, 2, active, weightTable(splineWeights), nodes, 2, 0, lit);
    const n = crop.a * crop.a + crop.b * crop.b;
    let seen = 0;
    for (let y = 0; y < lattice.height; y++) {
      const used = lattice.spread(y, nodes, 2, lit, row, runs);
      for (let k = 0; k < used; k += 2) {
        assert.ok(runs[k] < runs[k + 1] && runs[k + 1] <= lattice.width);
        for (let x = runs[k]; x < runs[k + 1]; x++) {
          const px = lattice.left + x + 0.5 - crop.tx, py = lattice.top + y + 0.5 - crop.ty;
          const u = (crop.a * px + crop.b * py) / n, v = (crop.a * py - crop.b * px) / n;
          if (u < 4 || v < 4 || u > 92 || v > 92) continue;
          seen++;
          assert.ok(Math.abs(row[2 * x] - (2 * u + 3 * v)) < 0.02 && Math.abs(row[2 * x + 1] - (u - v)) < 0.02);
        }
      }
    }
    assert.ok(seen > 0.5 * Math.min(side, 350) ** 2, `${seen} pixels checked`);
  }
});

test("activity covers the 4×4 pixels that a node is made of, and says when there is nothing", () => {
  const field = new Float32Array(96 * 96 * 2), out = new Uint8Array(96 * 96);
  assert.equal(activity(field, 2, out), false);
  field[2 * (40 * 96 + 50) + 1] = 0.5;
  assert.equal(activity(field, 2, out), true);
  const lit = [...out.keys()].filter((p) => out[p]).map((p) => [p % 96, Math.floor(p / 96)]);
  assert.equal(lit.length, 16);
  assert.ok(lit.every(([x, y]) => x >= 47 && x <= 50 && y >= 37 && y <= 40));
});

test("an edge of the mask gets crisp, an even tone stays", () => {
  assert.equal(crispMask(0.3, 0.3, 0.3), 0.3);
  assert.ok(crispMask(0.25, 0, 1) < 0.12 && crispMask(0.75, 0, 1) > 0.88);
  assert.equal(crispMask(0.5, 0, 1), 0.5);
  assert.ok(Math.abs(crispMask(0.21, 0.2, 0.22) - 0.21) < 1e-9);

  const next = numbers(3);
  const mask = Float32Array.from({ length: 96 * 96 }, next), low = mask.slice(), high = mask.slice();
  localRange(mask, low, high);
  for (const [x, y] of [[0, 0], [95, 0], [0, 95], [95, 95], [40, 0], [17, 60]]) {
    const around = [-1, 0, 1].flatMap((j) => [-1, 0, 1].map((i) => [x + i, y + j]))
      .filter(([i, j]) => i >= 0 && j >= 0 && i < 96 && j < 96).map(([i, j]) => mask[j * 96 + i]);
    assert.equal(low[y * 96 + x], Math.min(...around));
    assert.equal(high[y * 96 + x], Math.max(...around));
  }
});

test("the gain makes up for a wrong tone, within its limits, and without evidence is 1", () => {
  const moved = new Float32Array(96 * 96 * 3).fill(0.2), mask = new Float32Array(96 * 96);
  for (let y = 45; y < 60; y++) mask.fill(1, y * 96 + 35, y * 96 + 60);
  const match = new ColourMatch();
  const gain: [number, number, number] = [0, 0, 0];
  match.measure(moved.map((v, i) => (i % 3 === 0 ? 1.2 / 1.1 - 1 : v)), moved, mask);
  match.gainAt(48, 52, gain);
  assert.ok(Math.abs(gain[0] - 1.1) < 0.03 && Math.abs(gain[1] - 1) < 1e-3 && Math.abs(gain[2] - 1) < 1e-3, String(gain));
  match.measure(moved.map(() => -0.3), moved, mask);
  match.gainAt(48, 52, gain);
  assert.ok(gain.every((g) => Math.abs(g - 1.25) < 1e-3), "held at the limit");
  match.measure(moved.map(() => -0.3), moved, mask.fill(1));
  match.gainAt(48, 52, gain);
  assert.deepEqual(gain.map((g) => Math.round(g * 1e4) / 1e4), [1, 1, 1]);
});

test("a fine rainbow goes, light and broad colour stay, and nothing outside the box changes", () => {
  const picture = new Float32Array(96 * 96 * 4);
  const light = numbers(8);
  for (let p = 0; p < 96 * 96; p++) {
    const grey = 100 + 50 * light(), rainbow = p % 2 ? 20 : -20;
    picture.set([grey + 30 + rainbow, grey - (0.299 * (30 + rainbow) + 0.114 * -10) / 0.587, grey - 10, 7], 4 * p);
  }
  const before = picture.slice();
  new LightSharpener().sharpen(picture, 4, { left: 0, top: 30, right: 50, bottom: 60 }, 0);
  const luma = (of: Float32Array, p: number) => 0.299 * of[4 * p] + 0.587 * of[4 * p + 1] + 0.114 * of[4 * p + 2];
  for (let y = 0, p = 0; y < 96; y++) {
    for (let x = 0; x < 96; x++, p++) {
      assert.ok(Math.abs(luma(picture, p) - luma(before, p)) < 1e-3);
      assert.equal(picture[4 * p + 3], 7);
      const inside = x < 50 && y >= 30 && y < 60;
      if (!inside) assert.equal(picture[4 * p], before[4 * p]);
      else if (x >= 2) assert.ok(Math.abs(picture[4 * p] - luma(picture, p) - 30) < 1e-3);
    }
  }
});

test("light is sharpened: an edge becomes steeper from both sides by as much as was asked for, and what is even stays", () => {
  const edge = Float32Array.from({ length: 96 * 96 * 3 }, (_, i) => ((Math.floor(i / 3) % 96) < 48 ? 60 : 160) + [5, 0, -5][i % 3]);
  for (const amount of [0.5, 1]) {
    const picture = edge.slice();
    new LightSharpener().sharpen(picture, 3, { left: 0, top: 0, right: 96, bottom: 96 }, amount);
    const change = (x: number, y: number) => [0, 1, 2].map((c) => picture[3 * (96 * y + x) + c] - edge[3 * (96 * y + x) + c]);
    for (const y of [0, 50, 95]) {
      // 1 4 6 4 1: five sixteenths of the kernel reach over the edge from beside it, one sixteenth from a pixel further.
      for (const [x, share] of [[40, 0], [46, -1], [47, -5], [48, 5], [49, 1], [60, 0]]) {
        for (const by of change(x, y)) assert.ok(Math.abs(by - amount * share * 100 / 16) < 1e-3, `${x}: ${by}`);
      }
    }
  }
});
