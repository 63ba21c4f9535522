import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { lockState } from "../../src/jobs/state-lock.js";
import { writeMadeUpDataset } from "../../src/model/training/made-up/made-up-dataset.js";
import { datasetWithFrames } from "../model/training/with-frames.js";
import { runCli } from "./run-cli.js";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "reenact-train-")); });
after(() => rm(root, { recursive: true }));

test("a wrong command line is told in one sentence, exit code 2", async () => {
  const cases: [string[], RegExp][] = [
    [["train", "--out", root], /Expected --data/],
    [["train", "--preset", "tiny", "--out", root, "--batch", "4", "--accumulate", "5"], /--accumulate to be at most --batch/],
    [["train", "--preset", "tiny", "--out", root, "--stage-steps", "discriminator=5"], /Expected one of .*adversarial/],
    [["train-perceptual", "--data", root, "--out", root], /--which/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await runCli(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});

test("a preset's curriculum, cut to a step of a stage, ends with weights; the dataset it finds is used", async () => {
  const out = join(root, "run");
  await writeMadeUpDataset(join(out, "data"), { people: 4, pool: 4, expressions: 2, seed: 1 });
  const none = ["perceptual-identity=0", "perceptual-expression=0", "identity=0", "decoder=0", "adversarial=0", "expression=1"];
  const { code, stdout, stderr } = await runCli([
    "train", "--preset", "tiny", "--out", out, "--backend", "wasm", "--batch", "2", "--width", "0.02", "--progress", "json", ...none.flatMap((steps) => ["--stage-steps", steps]),
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `${out}/weights\n`);
  const lines = stderr.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as { progress: string; phase: string; step: number });
  assert.deepEqual(lines.map(({ progress, phase, step }) => `${progress} ${phase} ${step}`), ["continue expression 1", "end expression 1"]);
  assert.ok(existsSync(join(out, "weights", "aip-gan.safetensors")));
  const told = JSON.parse(await readFile(join(out, "1-expression", "run.json"), "utf8")) as { batch: number; learningRate: number; network: { channels: number[] } };
  assert.deepEqual([told.batch, told.network.channels], [2, [8, 8, 8, 8, 8, 8, 8]], "what is given goes before the preset's");
});

test("a second run in a folder where one is at work is refused", async () => {
  const out = join(root, "busy");
  await mkdir(out);
  const lock = await lockState(out, "--out");
  const { code, stderr } = await runCli(["train", "--data", root, "--out", out]);
  await lock.release();
  assert.equal(code, 63, stderr);
  assert.match(stderr, /^reenact: Expected nobody else at work in [^\n]*busy[^\n]* process \d+ is: [^\n]*--out\.\n$/);
});

test("perceptual networks are trained by a command of their own, and a stage that is given only one of them says so", async () => {
  const data = join(root, "data"), networks = join(root, "networks");
  await writeMadeUpDataset(data, { people: 4, pool: 4, expressions: 2, seed: 1 });
  const { code, stdout, stderr } = await runCli([
    "train-perceptual", "--which", "expression", "--data", data, "--out", networks, "--steps", "1", "--batch", "2", "--backend", "wasm",
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `${networks}\n`);
  assert.match(stderr, /step 1\/1 .*\n {2}held out: jawOpen/);
  const missing = await runCli(["train", "--data", data, "--out", join(root, "stage"), "--stage", "decoder", "--perceptual", networks, "--backend", "wasm"]);
  assert.equal(missing.code, 31, missing.stderr); // there is no identity network
});

test("frames of videos are three tenths of the sources where a dataset has some, and are asked for in vain where it has none", async () => {
  const data = join(root, "with-frames"), drawn = join(root, "without"), out = join(root, "real");
  await datasetWithFrames(data);
  await writeMadeUpDataset(drawn, { people: 4, pool: 4, expressions: 2, seed: 1 });
  const train = (from: string, to: string, ...more: string[]) =>
    runCli(["train", "--data", from, "--out", to, "--stage", "expression", "--backend", "wasm", "--batch", "2", "--width", "0.02", "--steps", "1", ...more]);
  const { code, stderr } = await train(data, out);
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(await readFile(join(out, "run.json"), "utf8")) as { realSources: number }).realSources, 0.3);
  const [line] = (await readFile(join(out, "log.jsonl"), "utf8")).trim().split("\n");
  assert.equal(typeof (JSON.parse(line) as { heldOut: { toldOfVideos: { mean: number } } }).heldOut.toldOfVideos.mean, "number");
  assert.match(stderr, /of videos: jawOpen/);

  const refused = await train(drawn, join(root, "refused"), "--real-sources", "0.5");
  assert.equal(refused.code, 40, refused.stderr);
  assert.match(refused.stderr, /^reenact: Expected frames of videos in [^\n]+ build it with --videos[^\n]+\n$/);
  assert.equal(existsSync(join(root, "refused", "grids")), false);
});
