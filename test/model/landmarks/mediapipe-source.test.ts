import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import type { Pixels } from "../../../src/frame.js";
import { createFacemeshSource } from "../../../src/model/landmarks/facemesh-source.js";
import { createMediapipeSource } from "../../../src/model/landmarks/mediapipe-source.js";
import type { LandmarkSource } from "../../../src/model/landmarks/source.js";
import { facePhoto, meanDistance, MODEL_DIR, noFace, noMediapipe, plain, readPhoto, shifted } from "./face-photo.js";

const modelPath = join(MODEL_DIR, "face_landmarker.task");
const skip = noMediapipe || noFace;
let source: LandmarkSource;
let photo: Pixels;
before(async () => {
  if (skip) return;
  source = await createMediapipeSource({ modelPath });
  photo = await facePhoto();
});
after(() => source?.close());

test("a photo's face has 478 points and 52 scores by name", { skip }, async () => {
  const [face] = await source.detect(photo);
  assert.equal(face.points.length, 478 * 3);
  assert.equal(Object.keys(face.blendshapes!).length, 52);
  for (const name of ["jawOpen", "mouthSmileLeft", "eyeBlinkRight"]) {
    assert.ok(face.blendshapes![name] >= 0 && face.blendshapes![name] <= 1, name);
  }
  assert.ok(face.points[3 * 33] < face.points[3 * 263], "the person's right eye is on the picture's left");
  assert.ok(face.points[3 * 1 + 2] < face.points[3 * 33 + 2], "the nose is nearer to the camera");
});

test("both sources see the same face", { skip }, async () => {
  const other = await createFacemeshSource();
  const [[mine], [theirs]] = await Promise.all([source.detect(photo), other.detect(photo)]);
  await other.close();
  const eyes = Math.hypot(mine.points[3 * 263] - mine.points[3 * 33], mine.points[3 * 263 + 1] - mine.points[3 * 33 + 1]);
  const far = meanDistance(theirs.points, mine.points) / eyes;
  assert.ok(far < 0.03, `mean distance ${far} of the distance of the eyes`);
  const depth = theirs.points.reduce((sum, z, i) => (i % 3 === 2 ? sum + Math.abs(z - mine.points[i]) / 468 : sum), 0) / eyes;
  assert.ok(depth < 0.05, `mean difference of depth ${depth}`);
});

test("a sequence is followed, lost, and found again; a smaller timestamp starts over", { skip }, async () => {
  const [still] = await source.detect(photo);
  const grey = plain(512, 512);
  for (const start of [10, 0]) {
    const counts: number[] = [];
    for (const [i, frame] of [photo, photo, grey, grey, shifted(photo, 40, 0), shifted(photo, 40, 0)].entries()) {
      const faces = await source.detect(frame, { timestamp: start + i / 30 });
      counts.push(faces.length);
      if (i === 5) assert.ok(meanDistance(still.points, faces[0].points, 40, 0) < 5);
    }
    assert.deepEqual(counts, [1, 1, 0, 0, 1, 1]);
  }
});

test("a picture by itself in the midst of a sequence: it is as if alone, and the sequence goes on", { skip }, async () => {
  const [still] = await source.detect(photo), moved = shifted(photo, 40, 0);
  for (const [i, frame] of [photo, moved, moved].entries()) {
    const [face] = await source.detect(frame, { timestamp: 20 + i / 30 });
    assert.ok(face, `frame ${i}`);
    const [alone] = await source.detect(photo, { maxFaces: 1 + (i % 2) });
    assert.ok(meanDistance(still.points, alone.points) < 0.5);
  }
  const [last] = await source.detect(moved, { timestamp: 21 });
  assert.ok(meanDistance(still.points, last.points, 40, 0) < 5);
});

test("huge pictures are seen at a smaller size, points are those of the picture", { skip }, async () => {
  const [face] = await source.detect(photo);
  const large = await readPhoto(sharp(photo.data, { raw: { ...photo, channels: 3 } }).resize(5120, 5120));
  const [same] = await source.detect(large);
  assert.ok(meanDistance(face.points, same.points.map((value) => value / 10)) < 3);
});

test("without scores when they are not wanted", { skip }, async () => {
  const plainSource = await createMediapipeSource({ modelPath, blendshapes: false });
  const [face] = await plainSource.detect(photo);
  assert.equal(face.blendshapes, undefined);
  await plainSource.close();
});

test("tiny pictures have no face", { skip }, async () => {
  assert.deepEqual(await source.detect(plain(1, 1)), []);
  assert.deepEqual(await source.detect(plain(1, 5000)), []);
});

test("no global of a browser appears in this program", { skip }, () => {
  for (const name of ["self", "OffscreenCanvas", "WebGLTexture", "ImageData", "importScripts", "ModuleFactory"]) {
    assert.equal(name in globalThis, false, name);
  }
});

test("a missing or damaged model is told as such", async () => {
  await assert.rejects(createMediapipeSource({ modelPath: "/nowhere/face_landmarker.task" }), { name: "ReenactError", code: "MODEL_MISSING" });
  const dir = await mkdtemp(join(tmpdir(), "reenact-"));
  const path = join(dir, "face_landmarker.task");
  await writeFile(path, "not a model");
  await assert.rejects(createMediapipeSource({ modelPath: path }), { name: "ReenactError", code: "MODEL_CORRUPT" });
  await rm(dir, { recursive: true });
});

test("once closed it refuses, and closing again is harmless", { skip }, async () => {
  const closed = await createMediapipeSource({ modelPath });
  await closed.close();
  await closed.close();
  await assert.rejects(closed.detect(photo), /closed/);
});
