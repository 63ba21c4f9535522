import assert from "node:assert/strict";
import { test } from "node:test";
import type { GeneratedBatch } from "../../src/model/engines/engine.js";
import { createOnnxEngine } from "../../src/model/engines/onnx/onnx-engine.js";
import { NetworkConfig } from "../../src/model/network/config.js";
import { initializeWeights } from "../../src/model/network/initialize.js";
import { BatchingEngine } from "../../src/server/batching-engine.js";
import { loadedModel } from "../helpers/loaded-model.js";
import { mulberry32 } from "../helpers/random.js";

function engine(onBatch: (frames: number) => void, maxBatch = 8) {
  const config = NetworkConfig.parse({ channels: [8, 16, 16, 32, 32, 64, 64] });
  return createOnnxEngine(loadedModel(config, initializeWeights(config, 3)), 1).then((inner) => new BatchingEngine(inner, maxBatch, onBatch));
}

function crops(count: number, seed: number): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length: count * 96 * 96 * 3 }, () => 2 * random() - 1);
}

test("calls that come while the network runs go through it together, and each gets what it would have got alone", async () => {
  const sizes: number[] = [];
  const batching = await engine((frames) => sizes.push(frames));
  const photos = [await batching.encodeIdentity(crops(1, 1)), await batching.encodeIdentity(crops(1, 2))];
  const drivers = [crops(1, 11), crops(2, 12), crops(1, 13), crops(1, 14)];
  const alone: GeneratedBatch[] = [];
  for (const [i, driver] of drivers.entries()) alone.push(await batching.generate(driver, driver.length / crops(1, 0).length, photos[i % 2]));
  assert.deepEqual(sizes, [1, 2, 1, 1], "one that finds it idle does not wait");
  sizes.length = 0;
  const runs = await Promise.all(drivers.map((driver, i) => batching.generateBatched(driver, driver.length / crops(1, 0).length, photos[i % 2])));
  const together = runs.map(({ result }) => result);
  // Whether the first of them goes alone depends on whether the run before has just ended.
  assert.ok(sizes.join() === "5" || sizes.join() === "1,4", sizes.join());
  assert.deepEqual(runs.slice(1).map(({ batch }) => batch), Array(3).fill(Math.max(...sizes)));
  for (const [i, result] of together.entries()) {
    for (const part of ["painted", "flow", "mask", "shading"] as const) {
      assert.equal(result[part].length, alone[i][part].length);
      assert.ok(result[part].every((v, k) => Math.abs(v - alone[i][part][k]) < 1e-4), `${part} of call ${i}`);
    }
  }
  await batching.close();
});

test("no run is larger than allowed, and a failure is told to those who were in it", async () => {
  const sizes: number[] = [];
  const batching = await engine((frames) => sizes.push(frames), 2);
  const photo = await batching.encodeIdentity(crops(1, 1));
  await Promise.all(Array.from({ length: 6 }, (_, i) => batching.generate(crops(1, i), 1, photo)));
  assert.ok(Math.max(...sizes) === 2 && sizes.reduce((sum, size) => sum + size, 0) === 6, sizes.join());
  await assert.rejects(batching.generate(new Float32Array(5), 1, photo));
  assert.equal((await batching.generate(crops(1, 9), 1, photo)).count, 1, "and it goes on");
  const last = batching.generate(crops(1, 9), 1, photo);
  await batching.close();
  await last;
  await assert.rejects(batching.generate(crops(1, 9), 1, photo), /closed/);
});
