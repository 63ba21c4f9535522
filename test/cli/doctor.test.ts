import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { initializeWeights } from "../../src/model/network/initialize.js";
import { NetworkConfig } from "../../src/model/network/config.js";
import { writeWeights } from "../../src/model/weights/write-weights.js";
import { runCli } from "./run-cli.js";

interface Report {
  ok: boolean;
  exitCode: number;
  problems: { name: string; code: string; found: string }[];
  machine: { node: string; cores: number; memory: number };
  ffmpeg: { ffmpeg: { path: string; version: string; origin: string }; encoders: Record<string, boolean> };
  engines: { onnx: { version: string } | null; tfjs: { wasm: boolean } };
  landmarks: { auto: string; facemesh: boolean };
  weights: { ok: boolean; sha256: string | null; steps: number | null; parameters?: number };
  cache: { folder: string; entries: number; bytes: number };
}

describe("doctor", () => {
  test("says what is there, and that all is well with weights", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "reenact-doctor-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const config = NetworkConfig.parse({ channels: [8, 8, 8, 8, 8, 8, 8] });
    await writeWeights(folder, config, initializeWeights(config, 1), { steps: 7 });

    const { code, stdout, stderr } = await runCli(["doctor", "--json", "--weights", folder]);
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual({ code, stderr, ok: report.ok, problems: report.problems }, { code: 0, stderr: "", ok: true, problems: [] });
    assert.equal(report.machine.node, process.version);
    assert.ok(report.machine.cores >= 1 && report.machine.memory > 1e8);
    assert.ok(["environment", "path", "npm"].includes(report.ffmpeg.ffmpeg.origin));
    assert.deepEqual(Object.keys(report.ffmpeg.encoders), ["libx264", "aac", "libvpx-vp9", "libopus"]);
    assert.match(report.engines.onnx?.version ?? "", /^\d+\.\d+/);
    assert.deepEqual(Object.keys(report.engines.onnx!), ["version"], "claims no provider of which it has not computed anything");
    assert.equal(report.engines.tfjs.wasm, true);
    assert.equal(report.landmarks.facemesh, true);
    assert.equal(report.weights.steps, 7);
    assert.match(report.weights.sha256 ?? "", /^[0-9a-f]{64}$/);
    assert.ok(report.weights.parameters! > 1000);
    assert.ok(report.cache.folder.includes("reenact"));
  });

  test("ends with the code of the first necessity that is missing, and says what to do", async () => {
    const { code, stdout } = await runCli(["doctor", "--weights", join(tmpdir(), "no-such-weights")]);
    assert.equal(code, 31);
    assert.match(stdout, /^ {2}✗ AIP-GAN .*no-such-weights/m);
    assert.match(stdout, /^reenact run cannot work here: 1 necessity is missing/m);
  });

  test("a broken ffmpeg comes before missing weights", async () => {
    const { code, stdout } = await runCli(["doctor", "--json", "--weights", join(tmpdir(), "no-such-weights")], { FFMPEG_PATH: "/no/ffmpeg" });
    const { problems, exitCode } = JSON.parse(stdout) as Report;
    assert.deepEqual({ code, exitCode, codes: problems.map((problem) => problem.code) }, { code: 30, exitCode: 30, codes: ["FFMPEG_MISSING", "MODEL_MISSING"] });
  });
});
