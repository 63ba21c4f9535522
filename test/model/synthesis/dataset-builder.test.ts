import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import sharp from "sharp";
import { alignPoints, CROP_SIZE } from "../../../src/model/geometry/alignment.js";
import { createMediapipeSource } from "../../../src/model/landmarks/mediapipe-source.js";
import type { LandmarkSource } from "../../../src/model/landmarks/source.js";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { buildDataset, type DatasetOptions } from "../../../src/model/synthesis/dataset-builder.js";
import { DATASET_FILES, DATASET_JSON } from "../../../src/model/synthesis/dataset-format.js";
import { VideoSources } from "../../../src/pipeline/video-sources.js";
import { runChild } from "../../../src/streams/child.js";
import { mediaTools } from "../../../src/streams/ffmpeg-path.js";
import { BASIS, meanDifference, MODEL, PHOTOS, without } from "./fixtures.js";

const EXAMPLES = resolve(import.meta.dirname, "../../../examples/media");

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

  it("has frames of videos beside them, and is the same as ever without", async () => {
    const photos = join(dir, "one"), videos = join(dir, "videos");
    await mkdir(photos);
    await mkdir(join(videos, "driver"), { recursive: true });
    await copyFile(join(EXAMPLES, "photo.jpg"), join(photos, "photo.jpg"));
    const { ffmpeg } = await mediaTools();
    const driver = join(videos, "driver/short.mp4");
    await runChild(ffmpeg.path, ["-v", "error", "-ss", "0.5", "-i", join(EXAMPLES, "driver.mp4"), "-frames:v", "75", "-an", driver]);
    const sources = await VideoSources.open({ videos, basis: BASIS, frames: 5, landmarks });
    const summary = await buildDataset({ ...options, photos, frames: sources.read(), out: join(dir, "v") });
    const { left, ...counts } = sources.summary;
    assert.deepEqual(counts, { videos: 1, people: 1, looked: 75, frames: 5, skipped: [] });
    assert.equal(Object.values(left).reduce((a, b) => a + b), 70);
    assert.deepEqual(summary, { photos: 1, people: 1, samples: 4 + 5, skipped: [] });

    using dataset = FaceDataset.open(join(dir, "v"));
    const frames = dataset.frames!, weight = (i: number, name: string) => dataset.weights(frames.entry(i))[dataset.info.blendshapes.indexOf(name)];
    assert.deepEqual([frames.in("train"), frames.in("test"), frames.drawn, dataset.info.pool], [[0, 1, 2, 3, 4], [], 6, 11]);
    const jaws = frames.in("train").map((i) => ({ i, jaw: weight(i, "jawOpen") })).sort((a, b) => a.jaw - b.jaw), widest = jaws[4], closed = jaws[0];
    assert.ok(widest.jaw > 0.2 && closed.jaw < 0.1, `it talks: ${jaws.map(({ jaw }) => jaw.toFixed(2)).join()}`);
    const opening = ({ landmarks: points }: { landmarks: Float32Array }) => points[2 * 14 + 1] - points[2 * 13 + 1];
    const worn = (i: number) => dataset.sample(dataset.samplesWearing("train", frames.entry(i))[0]);
    for (const { i } of [widest, closed]) {
      const { landmarks: points, person } = frames.frame(i), { tx, ty } = alignPoints(points, 2);
      assert.ok(Math.hypot(tx, ty) < 3, "the landmarks lie in the crop");
      assert.equal(person, "driver");
    }
    assert.ok(opening(frames.frame(widest.i)) > opening(frames.frame(closed.i)) + 2, "the frame shows what it is told to");
    assert.ok(opening(worn(widest.i)) > opening(worn(closed.i)) + 1, "and so does the photo that wears it");

    await buildDataset({ ...options, photos, out: join(dir, "w") });
    assert.deepEqual((await readdir(join(dir, "w"))).sort(), [...Object.values(DATASET_FILES), DATASET_JSON].sort());
    using plain = FaceDataset.open(join(dir, "w"));
    assert.deepEqual([plain.frames, plain.info.frames, plain.info.pool], [undefined, undefined, 6]);
    for (const i of plain.samplesOf(0)) assert.deepEqual(plain.sample(i), dataset.sample(i));

    const grey = join(dir, "grey");
    await mkdir(grey);
    await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "color=gray:s=64x64:r=25", "-frames:v", "3", join(grey, "grey.mp4")]);
    const none = await VideoSources.open({ videos: grey, basis: BASIS, frames: 5, landmarks });
    await assert.rejects(buildDataset({ ...options, photos, frames: none.read(), out: join(dir, "x") }), { code: "DATA_INVALID", message: /found none/ });
    assert.deepEqual([none.summary.left.noFace, (await readdir(dir)).filter((name) => name.startsWith("x"))], [3, []]);
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
