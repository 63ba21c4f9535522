import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { farthestPoints } from "../../src/model/evaluation/farthest-points.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { listPhotos } from "../../src/model/synthesis/photo-index.js";
import { collectFrames } from "../../src/pipeline/collect-frames.js";
import { runChild } from "../../src/streams/child.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";

let folder: string, landmarks: LandmarkSource;
const at = (name: string) => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "reenact-collect-"));
  await mkdir(at("videos/anna, the first"), { recursive: true });
  await mkdir(at("grey"));
  const { ffmpeg } = await mediaTools();
  const driver = resolve(import.meta.dirname, "../../examples/media/driver.mp4");
  const cut = (start: number, to: string) => runChild(ffmpeg.path, ["-v", "error", "-ss", String(start), "-i", driver, "-vf", "scale=384:384", "-frames:v", "12", "-an", to]);
  await cut(0.5, at("videos/anna, the first/one.mp4"));
  await cut(2.5, at("videos/anna, the first/two.mp4"));
  await cut(4, at("videos/bea.mp4"));
  await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "color=gray:s=64x64:r=25", "-frames:v", "3", at("grey/grey.mp4")]);
  landmarks = await openLandmarks({ kind: "facemesh" });
});
after(async () => {
  await landmarks.close();
  await rm(folder, { recursive: true, force: true });
});

test("frames of videos become photos, each with its person, as dataset build reads them", async () => {
  const seen: number[] = [];
  const summary = await collectFrames({ videos: at("videos"), out: at("photos"), frames: 3, landmarks }, (done, total) => seen.push(done, total));
  assert.deepEqual(summary, { videos: 3, people: 2, photos: 9, skipped: [] });
  assert.deepEqual(seen, [1, 3, 2, 3, 3, 3]);
  const photos = await listPhotos(at("photos"));
  assert.deepEqual(photos.map(({ person }) => person), [...Array(6).fill("videos/anna, the first"), ...Array(3).fill("videos/bea")]);
  for (const { file } of photos) {
    const { width, height, format } = await sharp(join(at("photos"), file)).metadata();
    assert.ok(format === "png" && width > 150 && width <= 400 && height <= 400, `${file} ${width}×${height}`);
  }
  await assert.rejects(collectFrames({ videos: at("videos"), out: at("photos"), frames: 3, landmarks }), { code: "OUTPUT_EXISTS" });
});

test("without faces, without videos, and when stopped, nothing is left", async () => {
  const files = await readdir(folder);
  const collect = (videos: string, signal?: AbortSignal) => collectFrames({ videos, out: at("out"), frames: 2, landmarks, signal });
  await assert.rejects(collect(at("grey")), { code: "DATA_INVALID", message: /found none in 1/ });
  await assert.rejects(collect(at("nowhere")), { code: "DATA_INVALID" });
  await assert.rejects(collect(resolve(import.meta.dirname)), { code: "DATA_INVALID", message: /MP4/ });
  await assert.rejects(collect(at("videos"), AbortSignal.abort()), { name: "AbortError" });
  assert.deepEqual(await readdir(folder), files);
});

test("points that differ most", () => {
  assert.deepEqual(farthestPoints([[0], [1], [10], [4], [0]], 3), [0, 2, 3]);
  assert.deepEqual(farthestPoints([[1], [1]], 5), [0]);
  assert.deepEqual(farthestPoints([], 2), []);
});
