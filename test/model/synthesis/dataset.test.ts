import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import type { DatasetInfo } from "../../../src/model/synthesis/dataset-format.js";
import { DatasetWriter } from "../../../src/model/synthesis/dataset-writer.js";
import { createRandom } from "../../../src/model/synthesis/random.js";

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const info: DatasetInfo = {
  version: 2, cropSize: 96, seed: 3, basisSha256: "abc", synthesis: 1, basic: names("e", 6), blendshapes: names("b", 51), pool: 3,
  photos: [
    { file: "a.jpg", set: "s", person: "A", split: "train", weight: 1, firstSample: 0, sampleCount: 2 },
    { file: "b.jpg", set: "s", person: "B", split: "test", weight: 0.35, firstSample: 2, sampleCount: 2 },
  ],
};
const worn = [[0, 2], [0, 1]];

const random = createRandom("dataset");
const bytes = () => Uint8Array.from({ length: 96 * 96 * 3 }, () => 256 * random());
const floats = (count: number) => Float32Array.from({ length: count }, random);
const crop = () => ({ pixels: bytes(), landmarks: floats(468 * 2) });
const photos = worn.map((hand) => ({ original: crop(), identity: bytes(), oldWeights: floats(51), samples: hand.map(crop) }));
const shading = floats(51 * 468).map((v) => v - 0.5);
const pool = Array.from({ length: 3 }, () => ({ weights: floats(51), label: floats(6) }));

/** A small dataset on disk; nothing in it is a face. */
async function written(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "dataset-"));
  t.after(() => rm(dir, { recursive: true }));
  const writer = await DatasetWriter.create(dir, info, pool, shading);
  for (const i of [1, 0]) await writer.writePhoto(i, worn[i], photos[i]);
  await writer.writeInfo();
  await writer.close();
  return dir;
}

describe("FaceDataset", () => {
  it("reads what was written", async (t) => {
    using dataset = FaceDataset.open(await written(t));
    assert.deepEqual(dataset.info, info);
    assert.equal(dataset.sampleCount, 4);
    photos.forEach((photo, i) => {
      assert.deepEqual(dataset.original(i), photo.original);
      assert.deepEqual(dataset.identityMap(i), photo.identity);
      assert.deepEqual(dataset.oldWeights(i), photo.oldWeights);
      photo.samples.forEach((sample, k) => assert.deepEqual(dataset.sample(2 * i + k), { ...sample, photo: i, pool: worn[i][k] }));
    });
    pool.forEach(({ weights, label }, k) => {
      assert.deepEqual(dataset.weights(k), weights);
      assert.deepEqual(dataset.label(k), label);
    });
  });

  it("knows how much lighter each landmark is with one expression of a photo than with another", async (t) => {
    using dataset = FaceDataset.open(await written(t));
    const own = dataset.oldWeights(0), risen = own.slice(), fallen = own.slice();
    risen[7] += 0.4;
    fallen[7] -= 0.2;
    const [up, down, back] = [dataset.shading(0, own, risen), dataset.shading(0, own, fallen), dataset.shading(0, risen, own)];
    assert.ok(dataset.shading(0, own, own).every((s) => s === 0));
    for (const v of [0, 100, 467]) {
      const map = shading[7 * 468 + v];
      assert.ok(Math.abs(up[v] - (Math.exp(0.75 * 0.4 * map) - 1)) < 1e-5, "folds rise by three quarters");
      assert.ok(Math.abs(down[v] - (Math.exp(0.6 * -0.2 * map) - 1)) < 1e-5, "and fall by less");
      assert.ok(Math.abs((1 + back[v]) * (1 + up[v]) - 1) < 1e-5, "there and back is nothing");
    }
  });

  it("lists samples by photo, half and expression", async (t) => {
    using dataset = FaceDataset.open(await written(t));
    assert.deepEqual(dataset.samplesOf(1), [2, 3]);
    assert.deepEqual(dataset.samplesWearing("train", 0), [0]);
    assert.deepEqual(dataset.samplesWearing("test", 0), [2]);
    assert.deepEqual(dataset.samplesWearing("train", 1), []);
    assert.deepEqual(dataset.photosIn("test"), [1]);
    assert.deepEqual(dataset.sampleKey(3), { photo: 1, pool: 1 });
  });

  it("refuses what is not there and reads after close", async (t) => {
    const dataset = FaceDataset.open(await written(t));
    assert.throws(() => dataset.sample(4), RangeError);
    assert.throws(() => dataset.sample(0.5), RangeError);
    assert.throws(() => dataset.weights(3), RangeError);
    dataset.close();
    dataset.close();
    assert.throws(() => dataset.sample(0), /closed/);
  });

  it("says what is wrong with a dataset", async (t) => {
    const dir = await written(t);
    const invalid = (file: string) => (error: Error & { code?: string }) => error.code === "DATA_INVALID" && error.message.includes(file);
    const json = await readFile(join(dir, "dataset.json"), "utf8");
    for (const broken of ["{", json.replace('"version": 2', '"version": 1'), json.replace('"firstSample": 2', '"firstSample": 1')]) {
      await writeFile(join(dir, "dataset.json"), broken);
      assert.throws(() => FaceDataset.open(dir), (error: Error & { code?: string }) => error.code === "DATA_INVALID");
    }
    await writeFile(join(dir, "dataset.json"), json);
    await writeFile(join(dir, "samples.i32.bin"), Buffer.from(Int32Array.of(0, 0, 0, 2, 1, 0, 1, 3).buffer));
    assert.throws(() => FaceDataset.open(dir), /sample 3/);
    await truncate(join(dir, "faces.u8.bin"), 1000);
    assert.throws(() => FaceDataset.open(dir), invalid("faces.u8.bin"));
    await rm(join(dir, "landmarks.f32.bin"));
    assert.throws(() => FaceDataset.open(dir), invalid("landmarks.f32.bin"));
    assert.throws(() => FaceDataset.open(join(dir, "nowhere")), invalid("dataset.json"));
  });
});
