import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import type { Pixels } from "../../../src/frame.js";
import { createFacemeshSource } from "../../../src/model/landmarks/facemesh-source.js";
import type { LandmarkSource } from "../../../src/model/landmarks/source.js";
import { facePhoto, meanDistance, noFace, plain, readPhoto, sharedPhoto, shifted } from "./face-photo.js";

let source: LandmarkSource;
let photo: Pixels;
before(async () => {
  source = await createFacemeshSource();
  if (!noFace) photo = await facePhoto();
});
after(() => source.close());

test("a face in a photo has 468 points where a face is", { skip: noFace }, async () => {
  const [face, ...others] = await source.detect(photo);
  assert.equal(others.length, 0);
  assert.equal(face.points.length, 468 * 3);
  assert.ok(face.score > 0.9 && face.score <= 1);
  const at = (i: number): number[] => [...face.points.subarray(3 * i, 3 * i + 3)];
  const [rightEye, leftEye, nose, chin, forehead] = [33, 263, 1, 152, 10].map(at);
  assert.ok(rightEye[0] < nose[0] && nose[0] < leftEye[0], "the person's right eye is on the picture's left");
  assert.ok(forehead[1] < rightEye[1] && rightEye[1] < nose[1] && nose[1] < chin[1], "from top to bottom");
  assert.ok(nose[2] < rightEye[2], "the nose is nearer to the camera");
  assert.ok(face.points.every((value, i) => i % 3 === 2 || (value > 0 && value < 512)));
});

test("points follow the picture when it is turned, moved or enlarged", { skip: noFace }, async () => {
  const [face] = await source.detect(photo);
  const width = Math.abs(face.points[3 * 263] - face.points[3 * 33]);

  const [moved] = await source.detect(shifted(photo, 40, -20));
  assert.ok(meanDistance(face.points, moved.points, 40, -20) < 0.03 * width, "moved");

  const [turned] = await source.detect(await readPhoto(sharp(photo.data, { raw: { ...photo, channels: 3 } }).rotate(90)));
  const back = turned.points.map((value, i, all) => (i % 3 === 0 ? all[i + 1] : i % 3 === 1 ? 512 - all[i - 1] : value));
  assert.ok(meanDistance(face.points, back) < 0.05 * width, "turned by a quarter");

  const [large] = await source.detect(await readPhoto(sharp(photo.data, { raw: { ...photo, channels: 3 } }).resize(2048, 2048)));
  assert.ok(meanDistance(face.points, large.points.map((value) => value / 4)) < 0.03 * width, "enlarged");
});

test("a sequence is followed, lost, and found again", { skip: noFace }, async () => {
  const grey = plain(512, 512);
  const frames = [photo, shifted(photo, 8, 4), shifted(photo, 16, 8), grey, grey, shifted(photo, -60, 30), shifted(photo, -52, 30)];
  const [still] = await source.detect(photo);
  const moves = [[0, 0], [8, 4], [16, 8], null, null, [-60, 30], [-52, 30]] as const;
  for (const [i, frame] of frames.entries()) {
    const faces = await source.detect(frame, { timestamp: i / 30 });
    const move = moves[i];
    assert.equal(faces.length, move ? 1 : 0, `frame ${i}`);
    const far = move ? meanDistance(still.points, faces[0].points, ...move) : 0;
    assert.ok(far < 3, `frame ${i} is ${far} px from where the face is`);
  }
});

test("a face that jumps is found where it went, not where FaceMesh imagines it", { skip: noFace }, async () => {
  const [still] = await source.detect(photo);
  let timestamp = -4;
  for (const [dx, dy] of [[120, 40], [-120, 40], [60, 0], [0, 100], [0, -100], [140, 0], [90, 90]] as const) {
    await source.detect(photo, { timestamp: timestamp++ });
    const [jumped] = await source.detect(shifted(photo, dx, dy), { timestamp: timestamp++ });
    const far = meanDistance(still.points, jumped.points, dx, dy);
    assert.ok(far < 4, `${far} px from where the face is after a jump by ${dx}, ${dy}`);
  }
});

test("what a frame yields hardly depends on where the sequence began", { skip: noFace }, async () => {
  const frames = Array.from({ length: 12 }, (_, i) => shifted(photo, Math.round(30 * Math.sin(i / 3)), i));
  const runs: Float32Array[][] = [];
  for (const begin of [0, 6]) {
    const points: Float32Array[] = [];
    for (let i = begin; i < frames.length; i++) points.push((await source.detect(frames[i], { timestamp: i / 30 }))[0].points);
    runs.push(points);
  }
  const far = [0, 1, 2, 3].map((i) => meanDistance(runs[0][6 + i], runs[1][i]));
  assert.ok(far[0] < 1.5, `${far[0]} px at the cut`);
  assert.ok(far[3] < 0.75, `${far[3]} px three frames on`);
});

test("an earlier timestamp begins a new sequence", { skip: noFace }, async () => {
  const [still] = await source.detect(photo);
  for (const timestamp of [-15, -16, -17]) {
    const [first] = await source.detect(photo, { timestamp });
    assert.deepEqual(first.points, still.points);
    await source.detect(shifted(photo, 20, 0), { timestamp: timestamp + 0.1 });
  }
});

test("calls that overlap are worked off in order", { skip: noFace }, async () => {
  const frames = [0, 6, 12, 18].map((dx) => shifted(photo, dx, 0));
  const together = await Promise.all(frames.map((frame, i) => source.detect(frame, { timestamp: i - 20 })));
  const alone: typeof together = []; // their timestamps are smaller: another sequence
  for (const [i, frame] of frames.entries()) alone.push(await source.detect(frame, { timestamp: i - 30 }));
  assert.deepEqual(together, alone);
});

const two = [sharedPhoto("canada/003f.jpg"), sharedPhoto("canada/019f.jpg")];
test("several faces in one photo", { skip: two.includes(undefined) ? "the developers' photos are not here" : false }, async () => {
  const faces = await Promise.all(two.map((path) => sharp(path).resize(320, 320).toBuffer()));
  const group = await readPhoto(sharp({ create: { width: 640, height: 320, channels: 3, background: "grey" } })
    .composite(faces.map((input, i) => ({ input, left: 320 * i, top: 0 }))));
  const found = await source.detect(group, { maxFaces: 5 });
  assert.equal(found.length, 2);
  assert.deepEqual(found.map(({ points }) => points[3] > 320).sort(), [false, true]);
  assert.equal((await source.detect(group)).length, 1);
});

test("pictures without a face have none, however small or large", async () => {
  const pictures = [plain(1, 1), plain(3, 700), plain(512, 512), plain(6000, 4000)];
  for (const picture of pictures) assert.deepEqual(await source.detect(picture), []);
});

test("once closed it refuses, and closing again is harmless", async () => {
  const closed = await createFacemeshSource();
  await closed.close();
  await closed.close();
  await assert.rejects(closed.detect(plain(8, 8)), /closed/);
});

test("sequences that come in turn are kept apart", { skip: noFace }, async () => {
  const near = [0, 5, 10].map((dx) => shifted(photo, dx, 0)), far = [0, 5, 10].map((dx) => shifted(photo, -60 - dx, 30));
  const follow = async (frames: Pixels[], sequence: number, time: number) => {
    const found: Float32Array[] = [];
    for (const [i, frame] of frames.entries()) found.push((await source.detect(frame, { timestamp: time + i / 30, sequence }))[0].points);
    return found;
  };
  const [a, b] = [await follow(near, 101, 0), await follow(far, 102, 0)];
  for (let i = 0; i < 3; i++) {
    // In turn, and each with its own clock.
    assert.deepEqual((await source.detect(near[i], { timestamp: 50 + i / 30, sequence: 103 }))[0].points, a[i]);
    assert.deepEqual((await source.detect(far[i], { timestamp: 7 + i / 30, sequence: 104 }))[0].points, b[i]);
  }
});
