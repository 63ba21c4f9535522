import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawLabelledPair, labelledPhotos } from "../../../src/model/readers/labelled-pairs.js";
import { peopleWithSeveralPhotos, realPairs } from "../../../src/model/readers/person-photos.js";
import { FaceDataset } from "../../../src/model/synthesis/dataset.js";
import type { DatasetInfo } from "../../../src/model/synthesis/dataset-format.js";
import { mulberry32 } from "../../helpers/random.js";
import { madeUpDataset, type MadeUpPhoto } from "../evaluation/made-up-dataset.js";

const of = (person: string, split: "train" | "test" = "train"): MadeUpPhoto => ({ person, set: "s", split, worn: [0] });
const blank = () => new Uint8Array(96 * 96 * 3);

async function labelled(t: TestContext, photos: readonly MadeUpPhoto[], expressions: readonly (string | undefined)[]): Promise<string> {
  const dir = await madeUpDataset(t, photos, blank);
  const file = join(dir, "dataset.json"), info = JSON.parse(await readFile(file, "utf8")) as DatasetInfo;
  await writeFile(file, JSON.stringify({ ...info, photos: info.photos.map((photo, i) => ({ ...photo, expression: expressions[i] })) }));
  return dir;
}

test("real pairs: every two photos of a person, in both orders, of one half", async (t) => {
  using dataset = FaceDataset.open(await madeUpDataset(t, [of("A"), of("B"), of("A"), of("C", "test"), of("C", "test")], blank));
  assert.deepEqual([...peopleWithSeveralPhotos(dataset)], [["A", [0, 2]], ["C", [3, 4]]]);
  assert.deepEqual(realPairs(dataset, "train").map(({ first, second }) => [first, second]), [[0, 2], [2, 0]]);
  assert.equal(realPairs(dataset).length, 4);
});

test("labelled pairs: another person with the truth's expression, the truth's person with another one", async (t) => {
  const dir = await labelled(t, [of("A"), of("A"), of("B"), of("B"), of("C"), of("D", "test")], ["neutral", "anger", "neutral", "anger", undefined, "anger"]);
  using dataset = FaceDataset.open(dir);
  const photos = labelledPhotos(dataset, "train"), random = mulberry32(1);
  assert.deepEqual([...photos.byExpression], [["neutral", [0, 2]], ["anger", [1, 3]]]);
  const seen = new Set<number>();
  for (let i = 0; i < 40; i++) {
    const { source, target, truth, expression } = drawLabelledPair(dataset, photos, random)!;
    const [s, x, y] = [source, target, truth].map((photo) => dataset.info.photos[photo]);
    assert.deepEqual([s.expression, y.expression, x.person], [expression, expression, y.person]);
    assert.ok(s.person !== y.person && x.expression !== expression);
    seen.add(truth);
  }
  assert.equal(seen.size, 4);
  assert.equal(drawLabelledPair(dataset, labelledPhotos(dataset, "test"), random), undefined, "one labelled person alone makes no pair");
});
