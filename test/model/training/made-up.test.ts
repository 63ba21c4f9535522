import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import { createRandom } from "../../../src/model/synthesis/random.js";
import { drawFace } from "../../../src/model/training/made-up/draw-face.js";
import { BLENDSHAPES } from "../../../src/model/training/made-up/expressions.js";
import { faceShape } from "../../../src/model/training/made-up/face-shape.js";
import { faceLandmarks } from "../../../src/model/training/made-up/landmarks.js";
import { writeMadeUpDataset } from "../../../src/model/training/made-up/made-up-dataset.js";
import { drawPerson } from "../../../src/model/training/made-up/person.js";

const SMALL = { people: 4, pool: 6, expressions: 3, seed: 7 };

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "reenact-made-up-"));
  t.after(() => rm(dir, { recursive: true }));
  return join(dir, "data");
}

const person = drawPerson(createRandom("someone"));
const showing = (weights: Readonly<Record<string, number>>) => {
  const vector = Float32Array.from(BLENDSHAPES, (name) => weights[name] ?? 0), shape = faceShape(person, vector);
  const points = faceLandmarks(person, shape);
  return { at: (landmark: number) => [points[2 * landmark], points[2 * landmark + 1]] as const, pixels: drawFace(person, shape) };
};

test("a made-up dataset is a dataset, with people of its own to be judged by, and the same when made again", async (t) => {
  const dir = await folder(t), again = await folder(t);
  await writeMadeUpDataset(dir, SMALL);
  await writeMadeUpDataset(again, SMALL);
  for (const file of ["dataset.json", "faces.u8.bin", "landmarks.f32.bin", "pool.f32.bin"]) {
    assert.ok((await readFile(join(dir, file))).equals(await readFile(join(again, file))), file);
  }
  using dataset = FaceDataset.open(dir);
  assert.equal(dataset.sampleCount, 16);
  assert.equal(dataset.photosIn("test").length, 1);
  assert.ok(dataset.weights(0).every((w) => w === 0), "entry 0 is neutral");
  assert.equal(dataset.sampleKey(0).pool, 0);
});

test("a folder that has a dataset is left as it is", async (t) => {
  const dir = await folder(t);
  await writeMadeUpDataset(dir, SMALL);
  const before = await stat(join(dir, "dataset.json"));
  await writeMadeUpDataset(dir, { ...SMALL, people: 5 });
  assert.equal((await stat(join(dir, "dataset.json"))).mtimeMs, before.mtimeMs);
});

test("expression weights move what they are named after", () => {
  const neutral = showing({});
  const gap = (face: typeof neutral) => face.at(14)[1] - face.at(13)[1], lids = (face: typeof neutral) => face.at(374)[1] - face.at(386)[1];
  assert.ok(gap(neutral) < 0.5 && gap(showing({ jawOpen: 0.8 })) > 8);
  assert.ok(lids(neutral) > 3 && lids(showing({ eyeBlinkLeft: 1 })) < 0.5 && lids(showing({ eyeBlinkRight: 1 })) > 3);
  const smile = showing({ mouthSmileLeft: 1 }); // the subject's left is the picture's right
  assert.ok(smile.at(291)[1] < neutral.at(291)[1] - 3 && Math.abs(smile.at(61)[1] - neutral.at(61)[1]) < 0.01);
  assert.ok(showing({ browInnerUp: 1 }).at(55)[1] < neutral.at(55)[1] - 2);
  const open = showing({ jawOpen: 0.9 }), [x, y] = [Math.round(open.at(13)[0]), Math.round(open.at(14)[1] - 3)];
  const red = (face: typeof neutral) => face.pixels[3 * (y * 96 + x)];
  assert.ok(red(open) < 80 && red(neutral) > red(open) + 40, "an open mouth is dark inside");
});
