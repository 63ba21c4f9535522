import assert from "node:assert/strict";
import { after, test } from "node:test";
import sharp from "sharp";
import type { PhotoInfo } from "../../src/client/index.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import { preparePhoto } from "../../src/pipeline/prepare-photo.js";
import { readPhoto } from "../../src/streams/photo.js";
import { infoOf, remarksOn } from "../../src/server/photo-info.js";
import { connect, PHOTO, startServer } from "./live-fixtures.js";

const landmarks = await openLandmarks({ kind: "facemesh" });
after(() => landmarks.close());

test("a photo of two tells where both are and which is meant; a small face is told of, a good one is not", async () => {
  const face = await sharp(PHOTO).resize(400, 400).toBuffer();
  const two = await sharp({ create: { width: 860, height: 400, channels: 3, background: "#ccc" } })
    .composite([{ input: face, left: 10, top: 0 }, { input: await sharp(face).flop().toBuffer(), left: 450, top: 0 }]).png().toBuffer();
  const { pixels, notes } = await readPhoto(two), prepared = await preparePhoto(pixels, landmarks, 2);
  const info = infoOf({ pixels, notes, face: prepared });
  assert.equal(info.face, 2);
  assert.equal(info.faces!.length, 2);
  const [left, right] = info.faces!;
  assert.ok(left.x > 0 && left.x + left.width < 430 && right.x > 430 && right.x + right.width < 860, JSON.stringify(info.faces));
  assert.match(info.notes.join(" "), /2 faces/);
  const alone = await readPhoto(face), fine = await preparePhoto(alone.pixels, landmarks, "largest");
  assert.deepEqual(remarksOn(fine), []);
  const tiny = await readPhoto(await sharp({ create: { width: 400, height: 400, channels: 3, background: "#ccc" } }).composite([{ input: await sharp(face).resize(150, 150).toBuffer() }]).png().toBuffer());
  assert.match(remarksOn(await preparePhoto(tiny.pixels, landmarks, "largest")).join(), /The face is small \(\d\d pixels wide\)/);
});

test("a page is told of a photo's faces once and in its own words, not in those of a command line", async () => {
  const face = await sharp(PHOTO).resize(90, 90).toBuffer();
  const two = await sharp({ create: { width: 200, height: 100, channels: 3, background: "#ccc" } }).composite([{ input: face, left: 5, top: 5 }, { input: face, left: 105, top: 5 }]).png().toBuffer();
  const server = await startServer({ photo: two }), told: PhotoInfo[] = [];
  try {
    const { client } = await connect(server, { onPhoto: (info) => told.push(info) });
    await client.close();
  } finally {
    await server.close();
  }
  const [{ notes, faces }] = told, words = notes.join(" ");
  assert.equal(faces?.length, 2);
  assert.ok(!words.includes("--"), words);
  assert.deepEqual([/It has 2 faces/g, /pixels wide/g, / faces/g].map((what) => words.match(what)?.length), [1, 1, 1], words);
});

test("a face that is turned away is told of", async () => {
  const { pixels } = await readPhoto(PHOTO), prepared = await preparePhoto(pixels, landmarks, "largest");
  const points = Float32Array.from(prepared.landmarks.points), angle = (40 * Math.PI) / 180;
  for (let i = 0; i < points.length; i += 3) {
    const [x, z] = [points[i], points[i + 2]];
    points[i] = x * Math.cos(angle) + z * Math.sin(angle);
    points[i + 2] = z * Math.cos(angle) - x * Math.sin(angle);
  }
  assert.match(remarksOn({ ...prepared, landmarks: { ...prepared.landmarks, points } }).join(), /turned away/);
});
