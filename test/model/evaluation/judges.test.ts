import assert from "node:assert/strict";
import { before, test } from "node:test";
import sharp from "sharp";
import { cosine } from "../../../src/model/evaluation/cosine.js";
import { pointDistance, readCrop } from "../../../src/model/evaluation/crop-reader.js";
import { openExpressionJudge } from "../../../src/model/evaluation/expression-judge.js";
import { openIdentityJudge } from "../../../src/model/evaluation/identity-judge.js";
import { MEASURED_THRESHOLDS } from "../../../src/model/evaluation/thresholds.js";
import { openLandmarks } from "../../../src/model/landmarks/open-landmarks.js";
import { MODEL_DIR, noMediapipe } from "../landmarks/face-photo.js";
import { exampleCrops } from "./example-crops.js";

let crops: Awaited<ReturnType<typeof exampleCrops>>;
before(async () => { crops = await exampleCrops(); });

const raw = { raw: { width: 96, height: 96, channels: 3 as const } };
const brighter = async (crop: Uint8Array) => new Uint8Array(await sharp(crop, raw).modulate({ brightness: 1.2 }).blur(0.6).raw().toBuffer());

test("the identity judge tells one person from another, whatever the expression and the light", async () => {
  const judge = await openIdentityJudge();
  const { photo, driver: [first, second, third] } = crops;
  const [p, bright, a, b, c] = await judge.describe([photo, await brighter(photo), first, second, third]);
  await judge.close();
  assert.equal(p.length, 1024);
  for (const [one, other] of [[p, bright], [a, b], [b, c]]) assert.ok(cosine(one, other) > MEASURED_THRESHOLDS.strict, `one person: ${cosine(one, other)}`);
  for (const other of [a, b, c]) assert.ok(cosine(p, other) < MEASURED_THRESHOLDS.lenient, `two people: ${cosine(p, other)}`);
});

test("what is described does not depend on its batch", async () => {
  const judge = await openIdentityJudge();
  const many = await judge.describe([...Array.from({ length: 9 }, () => crops.photo), crops.driver[0]]);
  const [alone] = await judge.describe([crops.driver[0]]);
  assert.deepEqual(await judge.describe([]), []);
  await judge.close();
  assert.equal(many.length, 10);
  assert.ok(cosine(many[9], alone) > 0.99999 && cosine(many[0], many[8]) > 0.99999);
});

test("the expression judge finds a face more like itself than like another, in another light too", async () => {
  const judge = await openExpressionJudge();
  const [p, bright, a, b] = await judge.describe([crops.photo, await brighter(crops.photo), crops.driver[0], crops.driver[1]]);
  await judge.close();
  assert.equal(p.length, 8 * 8 * 256);
  assert.ok(cosine(p, bright) > 0.8, `${cosine(p, bright)}`);
  assert.ok(cosine(p, a) < cosine(p, bright) && cosine(a, b) < 0.999);
});

test("a crop's landmarks are found where registration puts them", async () => {
  const source = await openLandmarks({ kind: "facemesh", worker: false });
  const reading = await readCrop(source, crops.photo), again = await readCrop(source, crops.driver[0]);
  const nothing = await readCrop(source, new Uint8Array(96 * 96 * 3).fill(120));
  await source.close();
  assert.ok(reading && again);
  const at = (i: number) => [reading.points[2 * i], reading.points[2 * i + 1]];
  // The outer corners of the eyes (alignment.ts).
  for (const [point, x, y] of [[33, 25.8, 20.7], [263, 70.2, 20.7]]) assert.ok(Math.hypot(at(point)[0] - x, at(point)[1] - y) < 3, `${point}: ${at(point)}`);
  assert.equal(reading.scores, undefined);
  assert.equal(pointDistance(reading.points, reading.points), 0);
  assert.ok(pointDistance(reading.points, again.points) > 0.5);
  assert.equal(nothing, undefined);
});

test("with MediaPipe there are 51 scores", { skip: noMediapipe }, async () => {
  const source = await openLandmarks({ kind: "mediapipe", modelDir: MODEL_DIR, offline: true, worker: false });
  const reading = await readCrop(source, crops.photo);
  await source.close();
  assert.equal(Object.keys(reading!.scores!).length, 51);
  assert.ok("jawOpen" in reading!.scores! && !("_neutral" in reading!.scores!));
});
