import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import sharp from "sharp";
import { evaluate } from "../../../src/model/evaluation/evaluate.js";
import type { EvaluateOptions } from "../../../src/model/evaluation/evaluate-options.js";
import { summaryTable } from "../../../src/model/evaluation/report-tables.js";
import { writeReport } from "../../../src/model/evaluation/write-report.js";
import { openLandmarks } from "../../../src/model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../../../src/model/landmarks/source.js";
import { shippedWeights } from "../../../src/model/weights/load-weights.js";
import { exampleCrops } from "./example-crops.js";
import { madeUpDataset, type MadeUpPhoto } from "./made-up-dataset.js";

let crops: Awaited<ReturnType<typeof exampleCrops>>;
let landmarks: LandmarkSource;
before(async () => {
  crops = await exampleCrops();
  landmarks = await openLandmarks({ kind: "facemesh" });
});
after(() => landmarks.close());

/** Two people: the one of the example photo, of whom there are two photos, and the example driver. */
const photos: MadeUpPhoto[] = [
  { person: "A", set: "studio", split: "test", worn: [0, 1] },
  { person: "A", set: "studio", split: "test", worn: [0, 2] },
  { person: "B", set: "street", split: "test", worn: [0, 1] },
];
const faces = (photo: number, entry = 0) => (photo === 2 ? crops.driver[entry] : crops.photo);

async function options(t: TestContext, more: Partial<EvaluateOptions> = {}): Promise<EvaluateOptions> {
  return { data: await madeUpDataset(t, photos, faces), networks: [{ name: "ours" }], landmarks, pairs: 2, grid: 1, seed: 1, ...more };
}

test("every row is measured on every test, and what must be so is so", async (t) => {
  const stages = new Set<string>();
  const { report, grids } = await evaluate(await options(t), (stage, done, total) => {
    assert.ok(done >= 1 && done <= total);
    stages.add(stage);
  });
  assert.deepEqual([...stages], ["Same distribution", "Self-reenactment, synthesised", "Self-reenactment, real photos"]);
  assert.deepEqual(report.tests.map(({ key, pairs }) => [key, pairs]), [["same", 2], ["self", 2], ["selfReal", 2]]);
  assert.match(report.thresholdOrigin, /too few people/);
  for (const { key, rows } of report.tests) {
    assert.deepEqual(rows.map((row) => row.key), ["ours-moved", "ours-painted", "copy", "truth"]);
    const [moved, , copy, truth] = rows;
    for (const row of rows) assert.ok(row.measures.identity!.mean > 0 && row.measures.l1!.mean >= 0 && row.pairs === 2, `${key} ${row.key}`);
    assert.equal(copy.verified!.mean, 1);
    assert.ok(copy.measures.identity!.mean > 0.9999, "the copy is the photo");
    assert.deepEqual([truth.measures.l1!.mean, truth.measures.psnr!.mean, truth.measures.landmarks!.mean], [0, 60, 0]);
    assert.ok(truth.measures.ssim!.mean > 0.9999 && truth.measures.expressionTruth!.mean > 0.9999);
    assert.ok(moved.measures.identity!.mean < 0.9999 && moved.verified!.mean === 1, "it moves the photo and keeps the person");
    assert.equal(moved.measures.scoresDriver, undefined, "FaceMesh measures no scores");
  }
  assert.equal(report.tests[0].rows[2].leaked!.mean, 0, "the two are different people");
  assert.deepEqual(grids.same[0].pictures.map(({ label }) => label.split(":")[0]), ["Driver", "Photo", "ours", "ours", "The truth itself (the judges' ceiling)"]);
});

test("the same seed gives the same report; a set can be kept apart; a report is written once and whole", async (t) => {
  // People of the wild set are in no other test.
  const apart = await options(t, { wildSets: ["street"] });
  await assert.rejects(evaluate({ ...apart, wildSets: ["nowhere"] }), { code: "DATA_INVALID", message: /studio, street/ });
  await assert.rejects(evaluate(apart), { code: "DATA_INVALID", message: /no pair/ }, "one person alone has nobody to drive");

  const given = await options(t, { wild: await madeUpDataset(t, photos, faces), threshold: 0.9, networks: [{ name: "ours" }, { name: "plain", weights: shippedWeights() }] });
  const [one, two] = [await evaluate(given), await evaluate(given)];
  assert.equal(JSON.stringify(one.report), JSON.stringify(two.report));
  assert.deepEqual(one.report.tests.map(({ key }) => key), ["same", "wild", "self", "selfReal"]);
  assert.deepEqual(one.report.thresholds, { strict: 0.9, lenient: 0.9 });
  for (const { rows } of one.report.tests) {
    assert.deepEqual(rows.map(({ key }) => key), ["ours-moved", "ours-painted", "plain-moved", "plain-painted", "copy", "truth"]);
    for (const i of [0, 1]) assert.equal(rows[i].measures.l1!.mean, rows[i + 2].measures.l1!.mean, "the same weights, the same figures");
  }
  const table = summaryTable(one.report);
  assert.ok(table.rows.every((row) => row.length === table.columns.length));
  assert.ok(table.rows.some(([label]) => label === "AIP-GAN (paper)"));

  const folder = await mkdtemp(join(tmpdir(), "reenact-report-"));
  t.after(() => rm(folder, { recursive: true }));
  const out = join(folder, "report");
  await writeReport(out, one);
  assert.deepEqual(await readdir(folder), ["report"]);
  assert.deepEqual((await readdir(out)).sort(), ["pictures-same.png", "pictures-self.png", "pictures-selfReal.png", "pictures-wild.png", "report.html", "report.json", "report.md"]);
  assert.deepEqual(JSON.parse(await readFile(join(out, "report.json"), "utf8")), JSON.parse(JSON.stringify(one.report)));
  const { width, height } = await sharp(join(out, "pictures-same.png")).metadata();
  assert.deepEqual([width, height], [7 * 96, 96]);
  const html = await readFile(join(out, "report.html"), "utf8");
  assert.ok(html.includes("data:image/jpeg;base64,") && html.includes("AIP-GAN (paper)"));
  assert.doesNotMatch(html, /<(script|link)|src="(?!data:)/, "it needs nothing else");
  const markdown = await readFile(join(out, "report.md"), "utf8");
  assert.ok(markdown.includes("![In the wild](pictures-wild.png)") && markdown.includes("| AIP-GAN (paper)"));
  await assert.rejects(writeReport(out, one), { code: "OUTPUT_EXISTS" });
});

test("it can be stopped", async (t) => {
  const stop = new AbortController();
  const running = evaluate(await options(t, { signal: stop.signal }), () => stop.abort());
  await assert.rejects(running, { name: "AbortError" });
});
