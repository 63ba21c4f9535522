import assert from "node:assert/strict";
import { test } from "node:test";
import { Tensor } from "onnxruntime-node";
import { buildFrameModel, buildIdentityModel } from "../../../src/model/engines/onnx/build-models.js";
import { createSession } from "../../../src/model/engines/onnx/create-session.js";
import { applyMotion } from "../../../src/model/compositing/apply-motion.js";
import { framesOf } from "../../../src/model/engines/engine.js";
import { NetworkConfig } from "../../../src/model/network/config.js";
import { embeddingShapes } from "../../../src/model/network/decoder.js";
import { initializeWeights } from "../../../src/model/network/initialize.js";
import { storedTensor } from "../../../src/model/weights/safetensors.js";
import { mulberry32 } from "../../helpers/random.js";

test("moving, shading and painting gives what the network's own graph gives", async () => {
  const config = NetworkConfig.parse({ channels: [4, 8, 8, 8, 8, 8, 8], hidden: 4 });
  const weights = initializeWeights(config, 7), random = mulberry32(2);
  const motion = weights.get("decoder.motion.kernel")!.data;
  for (let i = 0; i < motion.length; i++) motion[i] = 20 * (random() - 0.5); // it starts at zero: nothing would move
  const picture = (count: number) => Float32Array.from({ length: count * 96 * 96 * 3 }, () => 2 * random() - 1);
  const photo = picture(1), drivers = picture(2);
  const stored = (name: string) => storedTensor(weights.get(name)!.shape, weights.get(name)!.data);
  const identity = await createSession(buildIdentityModel(config, stored)), frame = await createSession(buildFrameModel(config, stored, { training: true }));
  const embedding = await identity.run({ photo: new Tensor("float32", photo, [1, 96, 96, 3]) });
  const { painted, flow, mask, shading, moved } = await frame.run({
    ...Object.fromEntries(Object.keys(embeddingShapes(config)).map((name) => [name, embedding[name]])),
    driver: new Tensor("float32", drivers, [2, 96, 96, 3]), photo: new Tensor("float32", Float32Array.of(...photo, ...photo), [2, 96, 96, 3]),
  });
  const [p, f, m, s, wanted] = [painted, flow, mask, shading, moved].map(({ data }) => data as Float32Array);
  assert.ok(f.some((v) => Math.abs(v) > 5), "something moves, some of it beyond the border");
  assert.ok(s.some((v) => v > 0.1) && s.some((v) => v < -0.1), "and is shaded");
  for (const i of [0, 1]) {
    const got = applyMotion(photo, framesOf({ count: 2, painted: p, flow: f, mask: m, shading: s }, i, i + 1));
    const worst = got.reduce((most, v, k) => Math.max(most, Math.abs(v - wanted[i * got.length + k])), 0);
    assert.ok(worst < 1e-3, `${worst}`);
  }
  await Promise.all([identity.release(), frame.release()]);
});
