import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { geodesicDistances, meshGraph } from "../../../src/model/synthesis/mesh-geodesics.js";
import { openingOf } from "../../../src/model/synthesis/opening.js";

/** A flat strip of 5×5 unit squares and one vertex that belongs to nothing. */
const vertices = [...Array.from({ length: 36 }, (_, i) => [i % 6, Math.floor(i / 6), 0]).flat(), 99, 99, 99];
const squares = Array.from({ length: 25 }, (_, i) => 6 * Math.floor(i / 5) + (i % 5));
const triangles = squares.flatMap((v) => [v, v + 1, v + 6, v + 1, v + 7, v + 6]);

describe("geodesicDistances", () => {
  it("goes along the edges from the nearest source", () => {
    const graph = meshGraph(vertices, triangles);
    const distances = geodesicDistances(graph, [0]);
    assert.equal(distances[3], 3);
    assert.equal(distances[18], 3);
    assert.ok(Math.abs(distances[7] - 2) < 1e-12, "the diagonal runs the other way");
    assert.equal(distances[36], Infinity);
    assert.equal(geodesicDistances(graph, [0, 35])[34], 1);
  });
});

describe("openingOf", () => {
  it("spreads over its own side only and fully at the rim", () => {
    const graph = meshGraph(vertices, triangles);
    const rims = { upper: [12, 13, 14, 17], lower: [12, 19, 20, 17] };
    const { upperSpread, lowerSpread } = openingOf(graph, rims, { sigma: 1, limit: 2.5 }, 0.5);
    const upper = (pair: number, v: number) => upperSpread[pair * 37 + v];
    assert.equal(upper(0, 13), 1);
    assert.equal(upper(0, 14), 0);
    assert.ok(upper(0, 7) > 0.3 && upper(0, 7) < 0.4, "e^−1 one edge away");
    assert.equal(upper(0, 19), 0);
    assert.equal(lowerSpread[7], 0);
    assert.equal(upper(0, 36), 0);
  });
});
