import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import sharp from "sharp";
import { alignPoints, CROP_SIZE } from "../../../src/model/geometry/alignment.js";
import { createMediapipeSource } from "../../../src/model/landmarks/mediapipe-source.js";
import type { LandmarkSource } from "../../../src/model/landmarks/source.js";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { buildDataset, type DatasetOptions } from "../../../src/model/synthesis/dataset-builder.js";
import { BASIS, meanDifference, MODEL, PHOTOS, without } from "./fixtures.js";

describe("buildDataset", { skip: without(BASIS, PHOTOS, MODEL) }, () => {
  let dir: string, landmarks: LandmarkSource, options: Omit<DatasetOptions, "out">;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "build-"));
    landmarks = await createMediapipeSource({ modelPath: MODEL });
    const photos = join(dir, "photos");
    await mkdir(photos);
    for (const file of ["canada/003f.jpg", "london-smiling/002.jpg", "faker/f0.jpg"]) {
      await symlink(join(PHOTOS, file), join(photos, file.replace("/", "-")));
    }
    await sharp({ create: { width: 80, height: 60, channels: 3, background: "teal" } }).png().toFile(join(photos, "teal.png"));
    await writeFile(join(photos, "broken.jpg"), "no picture");
    options = { photos, basis: BASIS, landmarks, expressions: 3, pool: 6, seed: 5, workers: 2 };
  });
  after(async () => {
    await landmarks.close();
    await rm(dir, { recursive: true });
  });

  it("builds what FaceDataset reads, the same every time", async () => {
    const seen: string[] = [];
    const summary = await buildDataset({ ...options, out: join(dir, "a") }, ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`));
    assert.deepEqual(summary, {
      photos: 3, people: 3, samples: 12,
      skipped: [{ file: "broken.jpg", reason: "cannot be read as an image" }, { file: "teal.png", reason: "shows no face" }],
    });
    assert.deepEqual([seen.length, seen[4], seen[7]], [8, "faces 5/5", "render 3/3"]);

    using dataset = FaceDataset.open(join(dir, "a"));
    assert.equal(dataset.photosIn("test").length, 1);
    for (let photo = 0; photo < 3; photo++) {
      const [neutral, ...others] = dataset.samplesOf(photo).map((i) => dataset.sample(i));
      assert.equal(neutral.pool, 0);
      assert.equal(new Set(others.map(({ pool }) => pool)).size, 3);
      for (const { landmarks: points } of [neutral, ...others]) {
        // The registration points lie where alignment puts them: the eyes' outer corners level, the nose in the middle.
        assert.ok(Math.abs(points[2 * 33] - 25.8) < 3 && Math.abs(points[2 * 263] - 70.2) < 3);
        assert.ok(Math.abs(points[2 * 6] - 48) < 3 && Math.abs(points[2 * 6 + 1] - 21.6) < 3);
      }
      // Every expression lies where the photo's own crop does: only the photo is aligned by its landmarks.
      const original = dataset.original(photo);
      const shift = (points: Float32Array) => { const { tx, ty } = alignPoints(points, 2); return Math.hypot(tx, ty); };
      assert.ok(shift(original.landmarks) < 0.01 && others.some(({ landmarks: points }) => shift(points) > 0.1));
      assert.ok(meanDifference(neutral.pixels, original.pixels) < 25);
      const identity = dataset.identityMap(photo);
      assert.deepEqual([...identity.subarray(0, 3)], [0, 0, 0]);
      const nose = (30 * CROP_SIZE + 48) * 3;
      assert.ok(Math.abs(identity[nose] - neutral.pixels[nose]) < 8);
    }

    await buildDataset({ ...options, out: join(dir, "b"), workers: 1 });
    using again = FaceDataset.open(join(dir, "b"));
    assert.deepEqual(again.info, dataset.info);
    for (let i = 0; i < dataset.sampleCount; i++) assert.deepEqual(again.sample(i), dataset.sample(i));
  });

  it("leaves nothing behind when it is stopped or fails", async () => {
    const abort = new AbortController();
    const stopped = buildDataset({ ...options, out: join(dir, "c"), signal: abort.signal }, ({ stage }) => { if (stage === "render") abort.abort(); });
    await assert.rejects(stopped, { code: "ABORTED" });
    await assert.rejects(buildDataset({ ...options, out: join(dir, "c"), basis: join(dir, "photos") }), { code: "DATA_INVALID" });
    assert.deepEqual((await readdir(dir)).filter((name) => name.startsWith("c")), []);
  });

  it("refuses an output that exists, too many expressions and photos without faces", async () => {
    await assert.rejects(buildDataset({ ...options, out: join(dir, "photos") }), { code: "OUTPUT_EXISTS" });
    await assert.rejects(buildDataset({ ...options, out: join(dir, "d"), expressions: 6 }), { code: "USAGE" });
    const faceless = join(dir, "faceless");
    await mkdir(faceless);
    await sharp({ create: { width: 80, height: 60, channels: 3, background: "teal" } }).png().toFile(join(faceless, "teal.png"));
    await assert.rejects(buildDataset({ ...options, photos: faceless, out: join(dir, "d") }), { code: "DATA_INVALID" });
  });
});
