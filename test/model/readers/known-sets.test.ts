import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { readKnownSet } from "../../../src/model/readers/known-sets.js";
import { listPhotos } from "../../../src/model/synthesis/photo-index.js";

/** A made-up tree of empty files, and of lists with a text. */
async function tree(t: TestContext, files: readonly string[], texts: Readonly<Record<string, string>> = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "reenact-sets-"));
  t.after(() => rm(dir, { recursive: true }));
  for (const [file, text] of [...files.map((name) => [name, ""]), ...Object.entries(texts)]) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
  return dir;
}

const frames = (folder: string, count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => `${folder}/${name(i)}`);
const padded = (i: number) => String(i).padStart(3, "0");

test("Oulu-CASIA: first and last three frames of every sequence in strong visible light", async (t) => {
  const dir = await tree(t, [
    ...frames("OriginalImg/VL/Strong/P001/Anger", 12, (i) => `${padded(i)}.jpeg`), ...frames("OriginalImg/VL/Strong/P001/Surprise", 20, (i) => `${padded(i)}.jpeg`),
    ...frames("OriginalImg/VL/Strong/P002/Happiness", 9, (i) => `${padded(i)}.jpeg`), ...frames("OriginalImg/VL/Strong/P002/Sadness", 3, (i) => `${padded(i)}.jpeg`),
    ...frames("OriginalImg/VL/Weak/P001/Anger", 12, (i) => `${padded(i)}.jpeg`), ...frames("OriginalImg/NI/Strong/P001/Anger", 12, (i) => `${padded(i)}.jpeg`),
    "OriginalImg/VL/Strong/P001/Anger/Thumbs.db", "OriginalImg/VL/Strong/P001/Notes/000.jpeg",
  ]);
  const photos = await listPhotos(dir);
  assert.deepEqual(photos.map(({ file, expression }) => [file.replace("OriginalImg/VL/Strong/", ""), expression]), [
    ["P001/Anger/000.jpeg", "neutral"], ["P001/Anger/009.jpeg", "anger"], ["P001/Anger/010.jpeg", "anger"], ["P001/Anger/011.jpeg", "anger"],
    ["P001/Surprise/000.jpeg", "neutral"], ["P001/Surprise/017.jpeg", "surprise"], ["P001/Surprise/018.jpeg", "surprise"], ["P001/Surprise/019.jpeg", "surprise"],
    ["P002/Happiness/000.jpeg", "neutral"], ["P002/Happiness/006.jpeg", "happiness"], ["P002/Happiness/007.jpeg", "happiness"], ["P002/Happiness/008.jpeg", "happiness"],
  ]);
  assert.deepEqual([...new Set(photos.map(({ person }) => person))], ["oulu-casia/P001", "oulu-casia/P002"]);
});

test("BU-4DFE: the first and three middle frames, in the order of their numbers", async (t) => {
  const dir = await tree(t, [
    ...frames("F001/Happy", 101, (i) => `${i}.jpg`), ...frames("F001/Happy", 101, (i) => `${i}.wrl`),
    ...frames("M002/Angry", 100, (i) => `${padded(i)}.jpg`), "readme.txt",
  ]);
  assert.deepEqual((await listPhotos(dir)).map(({ file, person, expression }) => [file, person, expression]), [
    ["F001/Happy/0.jpg", "bu-4dfe/F001", "neutral"], ["F001/Happy/49.jpg", "bu-4dfe/F001", "happiness"],
    ["F001/Happy/50.jpg", "bu-4dfe/F001", "happiness"], ["F001/Happy/51.jpg", "bu-4dfe/F001", "happiness"],
    ["M002/Angry/000.jpg", "bu-4dfe/M002", "neutral"], ["M002/Angry/049.jpg", "bu-4dfe/M002", "anger"],
    ["M002/Angry/050.jpg", "bu-4dfe/M002", "anger"], ["M002/Angry/051.jpg", "bu-4dfe/M002", "anger"],
  ]);
});

/** Left eye, right eye, nose, and the corners of the mouth, which do not matter here. */
const points = (nose: number) => `69 109 109 109 ${nose} 142 73 152 108 154`;

test("CelebA: frontal images of the test partition, at most two of a person", async (t) => {
  const names = Array.from({ length: 7 }, (_, i) => `00000${i + 1}.jpg`);
  const noses = [89, 91, 90, 88, 99, 89, 89];
  const dir = await tree(t, names.map((name) => `Img/img_align_celeba/${name}`), {
    "Anno/list_landmarks_align_celeba.txt": `7\nlefteye_x lefteye_y righteye_x …\n${names.map((name, i) => `${name}    ${points(noses[i])}`).join("\r\n")}\n`,
    "Anno/identity_CelebA.txt": names.map((name, i) => `${name} ${i < 4 ? 2880 : 17}`).join("\n"),
    "Eval/list_eval_partition.txt": names.map((name, i) => `${name} ${i === 6 ? 0 : 2}`).join("\n"),
  });
  // Of 2880 the two that are turned least (1 and 3 or 4); of 17 one is turned too far and one is in another partition.
  const photos = await listPhotos(dir);
  assert.deepEqual(photos.map(({ file, person }) => [file, person]), [
    ["Img/img_align_celeba/000001.jpg", "celeba/2880"], ["Img/img_align_celeba/000003.jpg", "celeba/2880"], ["Img/img_align_celeba/000006.jpg", "celeba/17"],
  ]);
  assert.ok(photos.every(({ expression }) => expression === undefined));
});

test("CelebA without identities as .csv; without landmarks it is said what is missing", async (t) => {
  const image = "img_align_celeba/000001.jpg";
  const dir = await tree(t, [image], { "list_landmarks_align_celeba.csv": `image_id,lefteye_x,…\n000001.jpg,${points(89).replaceAll(" ", ",")}\n` });
  assert.deepEqual((await listPhotos(dir)).map(({ file, person }) => [file, person]), [[image, "celeba/000001.jpg"]]);
  await assert.rejects(listPhotos(await tree(t, [image])), { code: "DATA_INVALID", message: /list_landmarks_align_celeba\.txt/ });
});

test("other folders are none of them", async (t) => {
  assert.equal(await readKnownSet(await tree(t, ["F001/a.jpg", "people/P001/x.jpg", "img/000001.jpg"])), undefined);
  assert.equal(await readKnownSet("/nowhere"), undefined);
});
