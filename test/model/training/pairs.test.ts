import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { createRandom } from "../../../src/model/synthesis/random.js";
import { PairSampler } from "../../../src/model/training/batch.js";
import { writeMadeUpDataset } from "../../../src/model/training/made-up/made-up-dataset.js";

test("a pair's target comes with the weights that it shows: the photo's own, or those that it was synthesised with", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "reenact-pairs-"));
  t.after(() => rm(dir, { recursive: true }));
  await writeMadeUpDataset(dir, { people: 6, pool: 6, expressions: 4, seed: 7 });
  using dataset = FaceDataset.open(dir);
  const size = 24, each = dataset.info.blendshapes.length, face = 96 * 96 * 3;
  const { target, shown } = new PairSampler(dataset, { split: "train", augment: false, random: createRandom("pairs") }).next(size);

  const known = dataset.photosIn("train").flatMap((photo) => [
    { kind: "photo", pixels: dataset.original(photo).pixels, weights: dataset.oldWeights(photo) },
    ...dataset.samplesOf(photo).map((index) => dataset.sample(index)).map(({ pixels, pool }) => ({ kind: "synthesis", pixels, weights: dataset.weights(pool) })),
  ]);
  const kinds = Array.from({ length: size }, (_, i) => {
    const picture = target.subarray(i * face, (i + 1) * face), weights = shown.subarray(i * each, (i + 1) * each);
    const match = known.filter(({ pixels }) => pixels.every((v, k) => Math.abs(v / 127.5 - 1 - picture[k]) < 1e-5));
    assert.ok(match.some((one) => one.weights.every((w, k) => w === weights[k])), `pair ${i}`);
    return match[0].kind;
  });
  assert.deepEqual([...new Set(kinds)].sort(), ["photo", "synthesis"]);
});
