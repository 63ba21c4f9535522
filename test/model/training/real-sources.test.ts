import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { createRandom } from "../../../src/model/synthesis/random.js";
import { PairSampler } from "../../../src/model/training/batch.js";
import { drawLandmarkImage } from "../../../src/model/training/landmark-image.js";
import { realShare } from "../../../src/model/training/real-sources.js";
import { splitBatch } from "../../../src/model/training/split-batch.js";
import { datasetWithFrames, FRAMES } from "./with-frames.js";

const FACE = 96 * 96;
let dir: string, dataset: FaceDataset;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "reenact-real-"));
  await datasetWithFrames(dir);
  dataset = FaceDataset.open(dir);
});
after(async () => {
  dataset.close();
  await rm(dir, { recursive: true });
});

const sampler = (split: "train" | "test", realSources?: number) => new PairSampler(dataset, { split, augment: false, realSources, random: createRandom("real") });
/** The colour of the `i`-th picture, of which there are `each` values: see {@link datasetWithFrames}. */
const colour = (pictures: Float32Array, i: number, each: number) => [...pictures.subarray(i * each, i * each + 3)].map((v) => Math.round((v + 1) * 127.5));

for (const [share, low, high] of [[undefined, 0, 0], [0, 0, 0], [0.3, 0.22, 0.38], [1, 1, 1]] as const) {
  test(`of the sources the share ${share ?? "(none given)"} are frames, each with a photo of its half that wears what it shows`, () => {
    for (const split of ["train", "test"] as const) {
      const size = 400, { source, truth, weights, labels } = drawn(sampler(split, share), size);
      let real = 0;
      for (let i = 0; i < size; i++) {
        const [frame, , isFrame] = colour(source, i, 3), [photo, entry] = colour(truth, i, 3);
        assert.equal(dataset.info.photos[photo].split, split);
        assert.deepEqual(weights.subarray(i * 51, (i + 1) * 51), dataset.weights(entry));
        if (isFrame) {
          real++;
          assert.ok(dataset.frames!.in(split).includes(frame), `frame ${frame}`);
          assert.equal(entry, dataset.frames!.entry(frame));
          assert.ok(labels.subarray(6 * i, 6 * i + 6).every((g) => g === 0), "nobody knows which of the six it is");
        } else {
          assert.equal(entry, colour(source, i, 3)[1]);
          assert.ok(entry < dataset.frames!.drawn, "a synthesised source would often be the truth itself");
        }
      }
      assert.ok(real / size >= low && real / size <= high, `${split}: ${real} of ${size}`);
    }
  });
}

/** Pairs, drawn a few at a time as batches are large; of their pictures one pixel is kept. */
function drawn(pairs: PairSampler, size: number) {
  const some = 20, of = (each: number) => new Float32Array(size * each);
  const all = { source: of(3), truth: of(3), weights: of(51), labels: of(6) };
  for (let from = 0; from < size; from += some) {
    const batch = pairs.next(some);
    for (const name of ["weights", "labels"] as const) all[name].set(batch[name], (from * all[name].length) / size);
    for (const name of ["source", "truth"] as const) {
      for (let i = 0; i < some; i++) all[name].set(batch[name].subarray(i * FACE * 3, i * FACE * 3 + 3), 3 * (from + i));
    }
  }
  return all;
}

test("the encoder alone learns from frames too, with their own landmarks, and L_a leaves them out", () => {
  const batch = sampler("train", 0.5).nextSources(40), real = Array.from({ length: 40 }, (_, i) => i).filter((i) => colour(batch.source, i, FACE * 3)[2] > 0);
  assert.ok(real.length >= 10 && real.length <= 30, `${real.length}`);
  for (const i of real) {
    const frame = dataset.frames!.frame(colour(batch.source, i, FACE * 3)[0]), own = new Float32Array(FACE);
    drawLandmarkImage(frame.landmarks, 96, own);
    assert.deepEqual(batch.landmarkImage.subarray(i * FACE, (i + 1) * FACE), own);
    assert.ok(batch.labels.subarray(6 * i, 6 * i + 6).every((g) => g === 0));
  }
  assert.ok(splitBatch(sampler("train", 1).nextSources(4), 2).every(({ shares }) => Number.isFinite(shares!.attention)), "without any label, too");
});

test("photos that count twice wear what frames show twice as often", () => {
  const { truth } = drawn(sampler("train", 1), 1200), weight = (photo: number) => dataset.info.photos[photo].weight;
  const seen = { 1: 0, 2: 0 };
  for (let i = 0; i < 1200; i++) {
    const [photo, entry] = colour(truth, i, 3);
    const weights = dataset.samplesWearing("train", entry).map((sample) => weight(dataset.sampleKey(sample).photo));
    if (weights.length === 2 && weights[0] !== weights[1]) seen[weight(photo) as 1 | 2]++;
  }
  const times = seen[2] / seen[1];
  assert.ok(seen[1] > 50 && times > 1.5 && times < 2.7, `${seen[2]} and ${seen[1]}`);
});

test("a dataset with frames has three tenths of its sources from them, unless something else is asked for", () => {
  assert.deepEqual([realShare(dataset, undefined), realShare(dataset, 0), realShare(dataset, 0.8)], [0.3, 0, 0.8]);
  assert.equal(realShare({ frames: undefined }, undefined), 0);
  assert.equal(dataset.frames!.count, FRAMES);
});
