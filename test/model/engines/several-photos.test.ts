import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaceEngine } from "../../../src/model/engines/engine.js";
import { createOnnxEngine } from "../../../src/model/engines/onnx/onnx-engine.js";
import { createTfjsEngine } from "../../../src/model/engines/tfjs/tfjs-engine.js";
import { NetworkConfig } from "../../../src/model/network/config.js";
import { initializeWeights } from "../../../src/model/network/initialize.js";
import { loadedModel } from "../../helpers/loaded-model.js";
import { mulberry32 } from "../../helpers/random.js";

const SIZE = 96 * 96 * 3;

function model() {
  const config = NetworkConfig.parse({ channels: [8, 16, 16, 32, 32, 64, 64] });
  const weights = initializeWeights(config, 3);
  const random = mulberry32(4);
  for (const { data } of weights.values()) for (let i = 0; i < data.length; i++) data[i] += 0.1 * (random() - 0.5);
  return loadedModel(config, weights);
}

function crop(seed: number): Float32Array {
  const random = mulberry32(seed);
  const phase = random() * 6;
  return Float32Array.from({ length: SIZE }, (_, i) => 0.8 * Math.sin(i / 97 + phase) + 0.1 * random());
}

const engines: Record<string, () => Promise<FaceEngine>> = {
  onnx: () => createOnnxEngine(model(), 1), "tfjs (wasm)": () => createTfjsEngine(model(), "wasm"),
};
for (const [name, open] of Object.entries(engines)) {
  test(`${name}: frames of several photos in one run come out as each alone`, async () => {
    const engine = await open();
    try {
      const photos = [await engine.encodeIdentity(crop(1)), await engine.encodeIdentity(crop(2))];
      const drivers = [crop(5), crop(6), crop(7)];
      const whose = [photos[0], photos[1], photos[0]];
      const together = await engine.generate(Float32Array.of(...drivers.flatMap((one) => [...one])), 3, whose);
      const swapped = await engine.generate(drivers[1].slice(), 1, photos[0]);
      for (let i = 0; i < 3; i++) {
        const alone = await engine.generate(drivers[i].slice(), 1, whose[i]);
        for (const part of ["painted", "flow", "mask", "shading"] as const) {
          const got = together[part].subarray((i * together[part].length) / 3, ((i + 1) * together[part].length) / 3);
          assert.equal(got.length, alone[part].length);
          assert.ok(got.every((v, k) => Math.abs(v - alone[part][k]) < 1e-4), `${part} of frame ${i}`);
        }
      }
      const own = together.painted.subarray(SIZE, 2 * SIZE);
      assert.ok(own.some((v, k) => Math.abs(v - swapped.painted[k]) > 1e-3), "the other photo gives another face");
      await assert.rejects(engine.generate(new Float32Array(3 * SIZE), 3, photos), { code: "USAGE" });
    } finally {
      await engine.close();
    }
  });
}
