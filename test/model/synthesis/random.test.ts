import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { between, createRandom, shuffled } from "../../../src/model/synthesis/random.js";

describe("createRandom", () => {
  it("repeats itself for a seed and differs between seeds", () => {
    const draw = (seed: string) => Array.from({ length: 5 }, createRandom(seed));
    assert.deepEqual(draw("1/pool"), draw("1/pool"));
    assert.notDeepEqual(draw("1/pool"), draw("2/pool"));
    assert.notDeepEqual(draw("1/pool"), draw("1/split"));
  });

  it("keeps giving what it gave: datasets can be made again", () => {
    assert.deepEqual(Array.from({ length: 3 }, createRandom("reenact")).map((x) => Math.round(x * 2 ** 32)), [1872021983, 4228419460, 2522930800]);
  });

  it("is uniform", () => {
    const random = createRandom("uniform"), bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 32000; i++) bins[Math.floor(random() * 16)]++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
    assert.ok(chiSquare < 37.7, `χ² = ${chiSquare}`); // p = .001 with 15 degrees of freedom
    for (let i = 0; i < 100; i++) {
      const value = between(random, -2, 3);
      assert.ok(value >= -2 && value < 3);
    }
  });

  it("shuffles without losing anything", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const mixed = shuffled(createRandom("deck"), items);
    assert.notDeepEqual(mixed, items);
    assert.deepEqual([...mixed].sort((a, b) => a - b), items);
  });
});
