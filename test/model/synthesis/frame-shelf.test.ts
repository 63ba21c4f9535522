import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { FRAME_FILES } from "../../../src/model/synthesis/dataset-format.js";
import { datasetWithFrames, FRAMES } from "../training/with-frames.js";

test("frames of videos are read as they were written, those of a half alone", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "reenact-shelf-"));
  t.after(() => rm(dir, { recursive: true }));
  const written = await datasetWithFrames(dir);
  {
    using dataset = FaceDataset.open(dir);
    const frames = dataset.frames!;
    assert.deepEqual([frames.count, frames.drawn, dataset.info.pool], [FRAMES, 6, 6 + FRAMES]);
    assert.deepEqual([...frames.in("train"), ...frames.in("test")].sort((a, b) => a - b), written.map((_, i) => i));
    for (const [i, { pixels, landmarks, person, weights }] of written.entries()) {
      assert.deepEqual(frames.frame(i), { pixels, landmarks, person, pool: 6 + i });
      assert.deepEqual(dataset.weights(6 + i), weights);
      assert.deepEqual([...dataset.label(6 + i)], [0, 0, 0, 0, 0, 0]);
    }
    const people = (split: "train" | "test") => new Set(frames.in(split).map((i) => frames.frame(i).person));
    assert.ok([...people("train")].every((person) => !people("test").has(person)) && people("test").size > 0);
    assert.throws(() => frames.frame(FRAMES), RangeError);
  }
  const keys = await readFile(join(dir, FRAME_FILES.frameKeys));
  keys.writeInt32LE(5, 0); // an entry that was drawn
  await writeFile(join(dir, FRAME_FILES.frameKeys), keys);
  assert.throws(() => FaceDataset.open(dir), { code: "DATA_INVALID", message: /frame 0 names pool entry 5/ });
  await truncate(join(dir, FRAME_FILES.frames), 10);
  assert.throws(() => FaceDataset.open(dir), { code: "DATA_INVALID", message: /frames\.u8\.bin has 10 bytes/ });
  await rm(join(dir, FRAME_FILES.frames));
  assert.throws(() => FaceDataset.open(dir), { code: "DATA_INVALID", message: /frames\.u8\.bin cannot be opened/ });
});
