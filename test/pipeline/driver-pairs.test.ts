import assert from "node:assert/strict";
import { test } from "node:test";
import { drawDriverPairs } from "../../src/pipeline/driver-pairs.js";
import { SpreadSample } from "../../src/pipeline/spread-sample.js";

const counts = (values: readonly number[]) => [...new Set(values)].map((value) => values.filter((other) => other === value).length);

test("every driver moves two photos, every photo is moved as often, no pair comes twice, and the seed decides", () => {
  const pairs = drawDriverPairs(6, 4, 1);
  assert.equal(pairs.length, 12);
  assert.deepEqual(counts(pairs.map(({ driver }) => driver)), [2, 2, 2, 2, 2, 2]);
  assert.deepEqual(counts(pairs.map(({ photo }) => photo)), [3, 3, 3, 3]);
  assert.equal(new Set(pairs.map(({ driver, photo }) => `${driver}/${photo}`)).size, 12);
  assert.deepEqual(drawDriverPairs(6, 4, 1), pairs);
  assert.notDeepEqual(drawDriverPairs(6, 4, 2), pairs);
});

test("as many pairs as are asked for, up to all of them", () => {
  assert.equal(drawDriverPairs(5, 3, 1, 7).length, 7);
  assert.ok(counts(drawDriverPairs(5, 3, 1, 7).map(({ driver }) => driver)).every((count) => count <= 2));
  assert.equal(drawDriverPairs(5, 3, 1, 3).length, 3);
  const all = drawDriverPairs(5, 3, 1, 1e6);
  assert.equal(new Set(all.map(({ driver, photo }) => `${driver}/${photo}`)).size, 15);
  assert.equal(drawDriverPairs(4, 1, 1).length, 4, "one photo");
});

test("a sample is bounded and spread evenly, however long the sequence is", () => {
  for (const length of [0, 1, 5, 23, 24, 1000, 12_345]) {
    const sample = new SpreadSample<number>(12);
    let made = 0;
    for (let i = 0; i < length; i++) sample.offer(() => (made++, i));
    const picked = sample.pick(8), gaps = picked.slice(1).map((value, i) => value - picked[i]);
    assert.equal(picked.length, Math.min(8, length));
    assert.ok(gaps.every((gap) => gap > 0), `${picked}`);
    if (length >= 1000) assert.ok(picked.at(-1)! > 0.85 * length && Math.max(...gaps) < 0.3 * length && made < 24 + 12 * Math.log2(length), `${picked} ${made}`);
  }
});
