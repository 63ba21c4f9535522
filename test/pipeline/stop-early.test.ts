import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FaceEngine } from "../../src/model/engines/engine.js";
import { openEngine } from "../../src/model/engines/open-engine.js";
import { IdentityCache } from "../../src/model/identity-cache.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { loadWeights } from "../../src/model/weights/load-weights.js";
import { reenact } from "../../src/pipeline/reenact.js";
import { prepareSitter } from "../../src/pipeline/sitter.js";
import { readPhoto } from "../../src/streams/photo.js";
import { withinOnce } from "../helpers/within-once.js";
import { childProcesses, temporaryFolder } from "../streams/media.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const photo = media("photo.jpg");

test("whoever stops while the photo's face is looked for waits for nothing that is found out after it; its identity is found when somebody paints", async () => {
  const [model, pixels] = [await loadWeights(undefined), await readPhoto(photo, { maxSide: 256 })];
  await using landmarks = await openLandmarks({ kind: "facemesh" });
  await using engine = await openEngine(model);
  const stop = new AbortController(), asked: string[] = [];
  const seeing: LandmarkSource = {
    name: landmarks.name, close: () => landmarks.close(), [Symbol.asyncDispose]: () => landmarks.close(),
    detect(...given) {
      stop.abort();
      return landmarks.detect(...given);
    },
  };
  const watched: FaceEngine = {
    name: engine.name, close: () => engine.close(), [Symbol.asyncDispose]: () => engine.close(), generate: (...given) => engine.generate(...given),
    read(...given) {
      asked.push("read");
      return engine.read(...given);
    },
    encodeIdentity(crop) {
      asked.push("identity");
      return engine.encodeIdentity(crop);
    },
  };
  const prepare = (signal?: AbortSignal) => prepareSitter(pixels, { face: "largest" }, { landmarks: seeing, model, engine: watched, identities: new IdentityCache(null), signal });
  await assert.rejects(prepare(stop.signal), { code: "ABORTED" });
  assert.deepEqual(asked, []);
  const sitter = await prepare();
  assert.equal(sitter.face.number, 1);
  assert.deepEqual(asked, ["read"], "the rig needs no identity");
  assert.equal(await sitter.identity(), await sitter.identity());
  assert.deepEqual(asked, ["read", "identity"]);
});

test("a job that is stopped while it begins ends within a second, and leaves no process behind", async () => {
  const folder = await temporaryFolder(), output = join(folder, "out.mp4");
  const job = { input: media("driver.mp4"), photo, output, landmarks: "facemesh", maxSide: 256, cache: false } as const;
  await reenact({ ...job, end: 0.1, overwrite: true }); // code is loaded
  for (const after of [0, 100, 250, 500, 1000, 2000]) {
    await withinOnce(1000, `stopped ${after} ms after its beginning`, async () => {
      const stop = new AbortController();
      let at = 0;
      setTimeout(() => {
        at = performance.now();
        stop.abort();
      }, after);
      await assert.rejects(reenact({ ...job, overwrite: true }, { signal: stop.signal }), { name: "ReenactError", code: "ABORTED" });
      return performance.now() - at;
    });
    for (let tries = 0; tries < 20 && ((await childProcesses()) ?? []).length > 0; tries++) await delay(50); // they are killed by now, and reaped soon
    assert.deepEqual((await childProcesses()) ?? [], []);
  }
});
