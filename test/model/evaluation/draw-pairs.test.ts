import assert from "node:assert/strict";
import { test } from "node:test";
import { drawCrossPairs, drawRealSelfPairs, drawSelfPairs } from "../../../src/model/evaluation/draw-pairs.js";
import { expressionGroups } from "../../../src/model/evaluation/evaluation-pair.js";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { madeUpDataset, type MadeUpPhoto } from "./made-up-dataset.js";

const blank = () => new Uint8Array(96 * 96 * 3);
const photos: MadeUpPhoto[] = [
  { person: "A", set: "studio", split: "test", worn: [0, 1, 2] },
  { person: "A", set: "studio", split: "test", worn: [0, 3] },
  { person: "B", set: "studio", split: "test", worn: [0, 2] },
  { person: "C", set: "street", split: "test", worn: [0, 1] },
  { person: "D", set: "studio", split: "train", worn: [0, 1, 2, 3] },
];

test("cross pairs: another person wears the same entry, nobody from outside, no pair twice", async (t) => {
  using dataset = FaceDataset.open(await madeUpDataset(t, photos, blank));
  const pairs = drawCrossPairs({ dataset, photos: [0, 1, 2, 3], count: 100, seed: "1" });
  // A–B neutral in both directions from either photo of A, A–C neutral, B–C neutral, A–C happiness, A–B open mouth …
  assert.equal(new Set(pairs.map((pair) => `${pair.target}/${pair.source.index}/${pair.truth.index}`)).size, pairs.length);
  assert.ok(pairs.length >= 10, `${pairs.length}`);
  for (const { source, truth, target, person } of pairs) {
    const [s, x] = [dataset.sample(source.index), dataset.sample(truth.index)];
    assert.equal(s.pool, x.pool);
    assert.equal(x.photo, target);
    assert.notEqual(dataset.info.photos[s.photo].person, person);
    assert.ok(s.photo !== 4, "the training half stays out");
  }
  assert.deepEqual(pairs.map(({ target }) => target), pairs.map(({ target }) => target).sort((a, b) => a - b), "pairs of one photo come together");
  assert.deepEqual(drawCrossPairs({ dataset, photos: [0, 1, 2, 3], count: 100, seed: "1" }), pairs, "the seed decides");
  assert.equal(drawCrossPairs({ dataset, photos: [0, 1, 2, 3], count: 3, seed: "1" }).length, 3);
  for (const pair of pairs) assert.equal(pair.other, pair.target === 0 ? 1 : pair.target === 1 ? 0 : undefined, "the other photo of that person");
});

test("where nobody else wears an expression, and where there is nobody, there are no pairs", async (t) => {
  using dataset = FaceDataset.open(await madeUpDataset(t, photos, blank));
  assert.deepEqual(drawCrossPairs({ dataset, photos: [0, 1], count: 10, seed: "1" }), []);
  assert.deepEqual(drawCrossPairs({ dataset, photos: [], count: 10, seed: "1" }), []);
});

test("self-reenactment: the driver is the truth; real pairs are two photos of one person", async (t) => {
  using dataset = FaceDataset.open(await madeUpDataset(t, photos, blank));
  for (const { source, truth, target } of drawSelfPairs({ dataset, photos: [0, 2], count: 20, seed: "1" })) {
    assert.deepEqual(source, truth);
    assert.equal(dataset.sampleKey(source.index).photo, target);
  }
  const real = drawRealSelfPairs({ dataset, photos: [0, 1, 2, 3], count: 20, seed: "1" });
  assert.deepEqual(real.map(({ source, target }) => [source.kind, source.index, target]), [["original", 0, 1], ["original", 1, 0]]);
  assert.deepEqual(drawRealSelfPairs({ dataset, photos: [0, 2], count: 20, seed: "1" }), []);
});

test("kinds of expression", async (t) => {
  using dataset = FaceDataset.open(await madeUpDataset(t, photos, blank));
  assert.deepEqual([0, 1, 2, 3].map((pool) => expressionGroups(dataset, pool)), [["neutral"], ["happiness"], ["open mouth", "closed eyes"], ["other"]]);
});
