import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readCheckpoint } from "../../../src/model/training/checkpoint.js";
import { trainCurriculum, type CurriculumOptions } from "../../../src/model/training/curriculum.js";
import { writeMadeUpDataset } from "../../../src/model/training/made-up/made-up-dataset.js";
import { loadWeights } from "../../../src/model/weights/load-weights.js";

test("the curriculum goes on in the middle of a stage, hands weights on, and ends with weights to be used", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "reenact-curriculum-"));
  t.after(() => rm(root, { recursive: true }));
  const data = join(root, "data"), out = join(root, "run");
  await writeMadeUpDataset(data, { people: 5, pool: 6, expressions: 3, seed: 2 });
  const options: CurriculumOptions = {
    data, out, batch: 2, accumulate: 2, learningRate: 1e-3, decay: 0.5, seed: 1, backend: "wasm", logEvery: 1, saveEvery: 10, gridEvery: 10,
    network: { channels: [2, 4, 4, 4, 4, 4, 4], hidden: 4, expressionCode: 4, identityCode: 4 }, discriminator: { channels: [2, 3] },
    perceptualChannels: [2, 3, 4, 4, 4, 4, 4],
    steps: { "perceptual-identity": 1, "perceptual-expression": 1, expression: 2, identity: 1, decoder: 3, adversarial: 2 },
  };
  const run = async (stopAt?: string) => {
    const controller = new AbortController(), seen: string[] = [];
    await trainCurriculum({ ...options, signal: controller.signal }, ({ phase, step, losses }) => {
      assert.ok(Number.isFinite(losses.total));
      seen.push(`${phase} ${step}`);
      if (seen.at(-1) === stopAt) controller.abort();
    });
    return seen;
  };

  assert.deepEqual(await run("decoder 1"), [
    "perceptual-identity 1", "perceptual-expression 1", "expression 1", "expression 2", "identity 1", "decoder 1",
  ]);
  assert.equal((await readCheckpoint(join(out, "3-decoder", "checkpoint")))!.steps, 1);
  assert.ok(!existsSync(join(out, "4-adversarial")));
  assert.deepEqual(await run(), ["decoder 2", "decoder 3", "adversarial 1", "adversarial 2"]);
  assert.deepEqual(await run(), [], "what is finished is not trained again");

  // The decoder's stage started from the averaged encoders of the stage before and left them alone.
  const [encoders, decoder] = await Promise.all(["2-identity", "3-decoder"].map((stage) => readCheckpoint(join(out, stage, "checkpoint"))));
  for (const [name, { data: values }] of encoders!.state.average) {
    if (!name.startsWith("decoder.")) assert.deepEqual(decoder!.state.weights.get(name)!.data, values, name);
  }
  const last = (await readCheckpoint(join(out, "4-adversarial", "checkpoint")))!;
  assert.ok(last.state["discriminator.weights"].size > 0);
  const { weights } = await loadWeights(join(out, "weights"));
  assert.deepEqual([...weights.keys()].filter((name) => name.includes("discriminator")), [], "discriminators are not shipped");
  const log = (await readFile(join(out, "3-decoder", "log.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { losses: object });
  assert.deepEqual(Object.keys(log[0].losses).filter((term) => ["person", "expression"].includes(term)).sort(), ["expression", "person"]);
});
