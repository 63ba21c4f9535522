import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawTriangles, type NodeField } from "../../../src/model/rig/draw-triangles.js";
import { placeOf } from "../../../src/model/rig/opening-place.js";
import { Rim } from "../../../src/model/rig/rim.js";
import { smoothField } from "../../../src/model/rig/smooth-field.js";
import { createRandom } from "../../../src/model/synthesis/random.js";

function field(columns: number, rows: number, step = 1): NodeField {
  return {
    left: 0, top: 0, width: columns * step, height: rows * step, step, columns, rows,
    shift: new Float32Array(2 * columns * rows), known: new Uint8Array(columns * rows),
  };
}

describe("drawTriangles", () => {
  const random = createRandom("mesh");
  const source = Float64Array.from(Array.from({ length: 49 }, (_, i) => [i % 7, Math.floor(i / 7)]).flatMap(([cx, cy]) => {
    const inner = (c: number) => c > 0 && c < 6;
    return [5 * cx + (inner(cx) ? 3 * random() - 1.5 : 0), 4 * cy + (inner(cy) ? 3 * random() - 1.5 : 0)];
  }));
  const triangles = Uint16Array.from(Array.from({ length: 42 }, (_, i) => i).flatMap((i) => (i % 7 === 6 ? [] : [i, i + 1, i + 7, i + 1, i + 8, i + 7])));

  it("covers a triangulated square without holes and beyond it nothing, at any step", () => {
    for (const step of [1, 2, 3]) {
      const drawn = field(Math.floor(40 / step), Math.floor(30 / step), step);
      drawTriangles(drawn, { source, target: source, triangles });
      drawn.known.forEach((known, n) => {
        const x = step * (n % drawn.columns), y = step * Math.floor(n / drawn.columns);
        assert.equal(known === 1, x <= 30 && y <= 24, `${x}, ${y} at step ${step}`);
      });
      assert.ok(drawn.shift.every((v) => Math.abs(v) < 1e-4));
    }
  });

  it("says where a moved mesh comes from, exactly where the motion is affine", () => {
    const target = Float64Array.from(source, (v, i) => (i % 2 ? v + 3 : 0.8 * v + 0.1 * source[i + 1] + 2));
    const drawn = field(40, 30);
    drawTriangles(drawn, { source, target, triangles });
    let compared = 0;
    drawn.known.forEach((known, n) => {
      if (!known) return;
      const x = n % 40, y = Math.floor(n / 40), sy = y - 3, sx = (x - 2 - 0.1 * sy) / 0.8;
      assert.ok(Math.hypot(drawn.shift[2 * n] - (sx - x), drawn.shift[2 * n + 1] - (sy - y)) < 1e-4, `${x}, ${y}`);
      compared++;
    });
    assert.ok(compared > 400);
  });

  it("leaves triangles out that were turned over", () => {
    const drawn = field(10, 10), corners = Float64Array.of(0, 0, 8, 0, 0, 8);
    drawTriangles(drawn, { source: corners, target: Float64Array.of(0, 0, 0, 8, 8, 0), triangles: Uint16Array.of(0, 1, 2) });
    assert.ok(drawn.known.every((known) => known === 0));
  });
});

describe("smoothField", () => {
  it("does not mix the sides of a seam, and grows by a node into what is unknown", () => {
    const smoothed = field(9, 9);
    const sides = Uint8Array.from({ length: 81 }, (_, n) => (n < 36 ? 1 : 2));
    smoothed.known.fill(1);
    smoothed.known[40] = 0;
    for (let n = 0; n < 81; n++) smoothed.shift[2 * n] = n < 36 ? -4 : 6;
    smoothed.shift[80] = 0;
    smoothField(smoothed, { fromColumn: 0, toColumn: 9, fromRow: 0, toRow: 9 }, sides, { shift: new Float32Array(162), tags: new Uint8Array(81) });
    for (let n = 0; n < 81; n++) assert.equal(smoothed.shift[2 * n], n < 36 ? -4 : 6, `node ${n}`);
    assert.equal(smoothed.known[40], 1);
  });
});

describe("Rim", () => {
  it("interpolates between the points by column, constant beyond", () => {
    const rim = new Rim([10, 5, 0, 1, 20, 3], [0, 1, 2]);
    assert.deepEqual([-5, 0, 5, 10, 15, 25].map((x) => rim.at(x)), [1, 1, 3, 5, 4, 3]);
  });
});

describe("placeOf", () => {
  it("takes what was turned, moved and foreshortened along a line back", () => {
    const still = [10, 10, 30, 10], angle = 0.3, [c, s] = [Math.cos(angle), Math.sin(angle)];
    const turn = (x: number, y: number) => [50 + c * 0.8 * (x - 20) - s * (y - 10), 40 + s * 0.8 * (x - 20) + c * (y - 10)];
    const place = placeOf(still, [...turn(10, 10), ...turn(30, 10)], 0, 1);
    for (const [x, y] of [[10, 10], [30, 10], [17, 4], [25, 22]]) {
      const [u, v] = turn(x, y);
      assert.ok(Math.hypot(place.xx * u + place.xy * v + place.tx - x, place.yx * u + place.yy * v + place.ty - y) < 1e-9);
    }
  });
});
