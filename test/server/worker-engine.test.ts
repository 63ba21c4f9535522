import assert from "node:assert/strict";
import { test } from "node:test";
import { openEngine } from "../../src/model/engines/open-engine.js";
import { loadWeights } from "../../src/model/weights/load-weights.js";
import { openWorkerEngine } from "../../src/server/worker-engine.js";
import { countShared } from "../helpers/count-shared.js";

const SIZE = 96 * 96 * 3;

function crop(seed: number): Float32Array {
  return Float32Array.from({ length: SIZE }, (_, i) => 0.8 * Math.sin(i / 97 + seed));
}

test("the engine in a thread gives what the engine gives, photo after photo, and says what it runs", { timeout: 120_000 }, async () => {
  const model = await loadWeights(), here = await openEngine(model, "onnx");
  const { engine, model: told } = await openWorkerEngine({ kind: "onnx", weights: undefined });
  try {
    assert.deepEqual([engine.name, told.sha256, told.config], [here.name, model.sha256, model.config]);
    const drivers = Float32Array.from([...crop(1), ...crop(2)]);
    const [a, b] = [await engine.encodeIdentity(crop(3)), await engine.encodeIdentity(crop(4))];
    const expected = await here.generate(drivers, 2, [await here.encodeIdentity(crop(3)), await here.encodeIdentity(crop(4))]);
    const found = await engine.generate(drivers, 2, [a, b]);
    assert.equal(found.count, 2);
    for (const part of ["painted", "flow", "mask", "shading"] as const) {
      assert.equal(found[part].length, expected[part].length);
      assert.ok(found[part].every((v, i) => Math.abs(v - expected[part][i]) < 1e-4), part);
    }
  } finally {
    await Promise.all([engine.close(), here.close()]);
  }
});

test("crops that follow each other are put into the same memory, and are told apart", { timeout: 120_000 }, async (t) => {
  const made = countShared(t);
  const { engine } = await openWorkerEngine({ kind: "onnx", weights: undefined });
  const both = await engine.read(Float32Array.from([...crop(1), ...crop(2)]), 2), alone = [...await engine.read(crop(1), 1), ...await engine.read(crop(2), 1)];
  assert.ok(both.every((weights, i) => weights.every((v, k) => Math.abs(v - alone[i][k]) < 1e-4)));
  assert.equal(made(), 1);
  assert.ok(alone[0].some((v, k) => Math.abs(v - alone[1][k]) > 1e-3), "they are different crops");
  await engine.close();
});

test("what fails in the thread is told to its caller, and the thread goes on; after its end nothing is taken", { timeout: 120_000 }, async () => {
  await assert.rejects(openWorkerEngine({ kind: "onnx", weights: "/nowhere" }), { name: "ReenactError", code: "MODEL_MISSING" });
  const { engine } = await openWorkerEngine({ kind: "onnx", weights: undefined });
  const photo = await engine.encodeIdentity(crop(3));
  await assert.rejects(engine.generate(new Float32Array(5), 1, photo));
  await assert.rejects(engine.generate(crop(1), 1, [photo, photo]), { code: "USAGE" });
  assert.equal((await engine.generate(crop(1), 1, photo)).count, 1);
  await Promise.all([engine.close(), engine.close()]);
  await assert.rejects(engine.generate(crop(1), 1, photo), /closed/);
});
