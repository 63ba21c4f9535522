import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { shrinkTo } from "../../../src/model/geometry/shrink-to.js";
import { findPerson, personModelPath } from "../../../src/model/packaged/find-person.js";
import { readTflite } from "../../../src/model/packaged/tflite-file.js";
import { readPhoto } from "../../../src/streams/photo.js";
import { temporaryFolder } from "../../streams/media.js";

const PHOTO = fileURLToPath(new URL("../../../examples/media/photo.jpg", import.meta.url));

test("the model is read: pictures of 256 × 256 in, a mask of their size out", async () => {
  const file = await readFile(personModelPath()), model = readTflite(file);
  assert.deepEqual(model.inputs.map((n) => model.tensors[n].shape), [[1, 256, 256, 3]]);
  assert.deepEqual(model.outputs.map((n) => model.tensors[n].shape), [[1, 256, 256, 1]]);
  assert.deepEqual([...new Set(model.operators.map(({ code }) => code))].sort((a, b) => a - b), [0, 1, 3, 4, 6, 14, 18, 19, 23, 32, 117]);
  assert.throws(() => readTflite(file.subarray(1)), /Expected a TensorFlow Lite model/);
});

test("it sees the person on the example's photo, surely, and not what is behind", async () => {
  const { pixels } = await readPhoto(PHOTO), { data, width, height } = await findPerson(pixels);
  const at = (x: number, y: number) => data[Math.floor(y * height) * width + Math.floor(x * width)];
  assert.ok(at(0.5, 0.45) > 0.98 && at(0.5, 0.95) > 0.98, `${at(0.5, 0.45)}, ${at(0.5, 0.95)}`);
  assert.ok(at(0.03, 0.03) < 0.02 && at(0.97, 0.03) < 0.02, `${at(0.03, 0.03)}, ${at(0.97, 0.03)}`);
  assert.ok(data.filter((value) => value > 0.1 && value < 0.9).length < 0.05 * data.length);
  assert.ok(data.every((value) => value >= 0 && value <= 1));
});

test("a model that is not there, and one that is damaged, are named", async () => {
  const photo = { data: new Uint8Array(3 * 4), width: 2, height: 2 }, broken = join(await temporaryFolder(), "broken.tflite");
  await writeFile(broken, (await readFile(personModelPath())).subarray(0, 5000));
  await assert.rejects(findPerson(photo, "/nowhere/model.tflite"), { code: "MODEL_MISSING" });
  await assert.rejects(findPerson(photo, broken), { code: "MODEL_CORRUPT" });
});

test("a picture is shrunk by means and grown by repetition", () => {
  const photo = { data: Uint8Array.of(0, 10, 20, 100, 30, 40, 200, 50, 60, 40, 70, 80), width: 4, height: 1 };
  assert.deepEqual([...shrinkTo(photo, 2, 1)], [50, 120, 20, 60, 30, 70]);
  assert.deepEqual([...shrinkTo(photo, 4, 2)].slice(0, 8), [0, 100, 200, 40, 0, 100, 200, 40]);
});
