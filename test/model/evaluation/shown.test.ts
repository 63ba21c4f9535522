import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { drawSelfPairs } from "../../../src/model/evaluation/draw-pairs.js";
import { cropOf } from "../../../src/model/evaluation/evaluation-pair.js";
import { laplacianVariance } from "../../../src/model/evaluation/image-measures.js";
import { networkContestant } from "../../../src/model/evaluation/network-contestant.js";
import { PhotoShelf } from "../../../src/model/evaluation/photo-shelf.js";
import { openLandmarks } from "../../../src/model/landmarks/open-landmarks.js";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { exampleCrops } from "./example-crops.js";
import { madeUpDataset } from "./made-up-dataset.js";

const PHOTO = resolve(import.meta.dirname, "../../../examples/media/photo.jpg");

test("what is shown is the photo's rig in the driver's expression; x̂' in the photo lacks the small crop's blur; pairs of another dataset have no photo", async (t) => {
  const { photo, driver } = await exampleCrops();
  const landmarks = await openLandmarks({ kind: "facemesh" });
  t.after(() => landmarks.close());
  const folder = await mkdtemp(join(tmpdir(), "reenact-shown-"));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile(PHOTO, join(folder, "0.jpg"));
  const made = await madeUpDataset(t, [{ person: "A", set: "studio", split: "test", worn: [0, 1] }], () => photo);
  using dataset = FaceDataset.open(made);
  using other = FaceDataset.open(made);
  const contestant = await networkContestant({ name: "ours" }, "onnx", new PhotoShelf(folder, dataset, landmarks));
  t.after(() => contestant.close());
  assert.deepEqual(contestant.rows.map(({ key }) => key), ["ours-shown", "ours-composed", "ours-moved", "ours-painted"]);

  const [pair] = drawSelfPairs({ dataset, photos: [0], count: 1, seed: "1" });
  const target = cropOf(dataset, { kind: "original", index: 0 });
  const [shown, composed, moved] = await contestant.make({ pair, source: driver[2], target, truth: target });
  const distance = (a: Uint8Array, b: Uint8Array) => {
    let sum = 0;
    for (let y = 24; y < 72; y++) for (let i = 3 * (96 * y + 24); i < 3 * (96 * y + 72); i++) sum += Math.abs(a[i] - b[i]);
    return sum / (48 * 48 * 3);
  };
  assert.ok(distance(shown!, target) > 0.3 * distance(moved!, target), `${distance(shown!, target)} grey levels from the photo`);
  assert.ok(distance(shown!, moved!) < distance(target, moved!), `${distance(shown!, moved!)} beside ${distance(target, moved!)} grey levels to x̂'`);
  assert.ok(distance(composed!, moved!) < 0.5 * distance(target, moved!), `${distance(composed!, moved!)} beside ${distance(target, moved!)} grey levels to the photo`);
  const sharpness = (data: Uint8Array) => laplacianVariance({ data, width: 96, height: 96 }, { left: 24, top: 24, width: 48, height: 48 });
  assert.ok(sharpness(composed!) > 1.1 * sharpness(moved!), `${sharpness(composed!)} against ${sharpness(moved!)}`);
  assert.ok(sharpness(shown!) > 1.1 * sharpness(moved!), `${sharpness(shown!)} against ${sharpness(moved!)}`);

  const [stranger] = await contestant.make({ pair: { ...pair, dataset: other }, source: driver[2], target, truth: target });
  assert.equal(stranger, undefined);
  await rm(join(folder, "0.jpg"));
  await assert.rejects(new PhotoShelf(folder, dataset, landmarks).photoOf(pair), { code: "DATA_INVALID", message: /0\.jpg.*--photos/ });
});
