import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readCrop } from "../../../src/model/evaluation/crop-reader.js";
import { PhotoShelf } from "../../../src/model/evaluation/photo-shelf.js";
import { warpContestant } from "../../../src/model/evaluation/warp-contestant.js";
import { createMediapipeSource } from "../../../src/model/landmarks/mediapipe-source.js";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { buildDataset } from "../../../src/model/synthesis/dataset-builder.js";
import { BASIS, meanDifference, MODEL, PHOTOS, without } from "../synthesis/fixtures.js";

test("the landmark warp makes the truth from scores measured in it", { skip: without(BASIS, PHOTOS, MODEL) }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-warp-"));
  t.after(() => rm(folder, { recursive: true }));
  const photos = join(folder, "photos"), out = join(folder, "data");
  await mkdir(photos);
  for (const file of ["003f.jpg", "024f.jpg"]) await symlink(join(PHOTOS, "canada", file), join(photos, file));
  const landmarks = await createMediapipeSource({ modelPath: MODEL });
  t.after(() => landmarks.close());
  await buildDataset({ photos, basis: BASIS, landmarks, out, expressions: 4, pool: 8, seed: 3 });
  using dataset = FaceDataset.open(out);
  const contestant = await warpContestant(BASIS, new PhotoShelf(photos, dataset, landmarks));
  t.after(() => contestant.close());

  const made: number[] = [], copied: number[] = [];
  for (const index of dataset.samplesOf(0).slice(1)) {
    const truth = dataset.sample(index).pixels, target = dataset.original(0).pixels;
    const pair = { dataset, source: { kind: "sample", index }, target: 0, truth: { kind: "sample", index }, person: "", groups: [] } as const;
    const [warped] = await contestant.make({ pair, source: truth, target, truth, sourceReading: await readCrop(landmarks, truth) });
    made.push(meanDifference(warped!, truth));
    copied.push(meanDifference(target, truth));
  }
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);
  assert.ok(sum(made) < 0.85 * sum(copied) && made.every((d, i) => d < copied[i]), `${made.join(", ")} grey levels to the truth, the photo ${copied.join(", ")}`);

  const pair = { dataset, source: { kind: "original", index: 1 }, target: 0, truth: { kind: "original", index: 0 }, person: "", groups: [] } as const;
  assert.deepEqual(await contestant.make({ pair, source: new Uint8Array(), target: new Uint8Array(), truth: new Uint8Array() }), [undefined], "a driver without a face has no scores");
});
