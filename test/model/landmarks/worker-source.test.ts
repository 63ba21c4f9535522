import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { createFacemeshSource } from "../../../src/model/landmarks/facemesh-source.js";
import { openLandmarks } from "../../../src/model/landmarks/open-landmarks.js";
import { createWorkerSource } from "../../../src/model/landmarks/worker-source.js";
import { countShared } from "../../helpers/count-shared.js";
import { facePhoto, MODEL_DIR, noFace, noMediapipe, plain, shifted } from "./face-photo.js";

test("a worker finds what the same source finds here, and leaves the picture alone", { skip: noFace }, async () => {
  const photo = await facePhoto();
  const [here, there] = await Promise.all([createFacemeshSource(), createWorkerSource({ kind: "facemesh" })]);
  assert.equal(there.name, "facemesh");
  const expected = await here.detect(photo);
  const copied = await there.detect(photo);
  assert.deepEqual(copied, expected);
  assert.equal(photo.data.length, 512 * 512 * 3);
  const data = new Uint8Array(new SharedArrayBuffer(photo.data.length));
  data.set(photo.data);
  assert.deepEqual(await there.detect({ ...photo, data }), expected, "shared");
  await Promise.all([here.close(), there.close()]);
});

test("a picture in a Buffer, of its own memory or of Node's pool, is copied too", async () => {
  const source = await createWorkerSource({ kind: "facemesh" });
  const own = Buffer.alloc(64 * 64 * 3, 128), pooled = Buffer.from(new Uint8Array(8 * 8 * 3).fill(128));
  assert.notEqual(pooled.buffer.byteLength, pooled.length, "from the pool");
  for (const [data, side] of [[own, 64], [pooled, 8]] as const) {
    assert.deepEqual(await source.detect({ data, width: side, height: side }), []);
    assert.equal(data.length, side * side * 3, "not taken away");
    assert.ok(data.every((value) => value === 128));
  }
  await source.close();
});

test("a worker follows a sequence as the same source does here", { skip: noFace }, async () => {
  const photo = await facePhoto();
  const frames = [0, 5, 10, 14].map((dx) => shifted(photo, dx, dx));
  const [here, there] = await Promise.all([createFacemeshSource(), createWorkerSource({ kind: "facemesh" })]);
  for (const [i, frame] of frames.entries()) {
    const expected = await here.detect(frame, { timestamp: i / 30 });
    assert.deepEqual(await there.detect(frame, { timestamp: i / 30 }), expected);
    // The same picture alone goes through the detector and comes out a little different: so the face was indeed followed.
    if (i > 0) assert.notDeepEqual(await there.detect(frame), expected);
  }
  await Promise.all([here.close(), there.close()]);
});

test("answers belong to their pictures when several wait", { skip: noFace }, async () => {
  const photo = await facePhoto();
  const source = await createWorkerSource({ kind: "facemesh" });
  const found = await Promise.all([photo, plain(64, 64), photo, plain(1, 1)].map((picture) => source.detect(picture)));
  assert.deepEqual(found.map(({ length }) => length), [1, 0, 1, 0]);
  await source.close();
});

test("pictures that follow each other are copied into the same memory; what lay there before is not seen", { skip: noFace }, async (t) => {
  const photo = await facePhoto(), made = countShared(t);
  await using source = await createWorkerSource({ kind: "facemesh" });
  for (const [picture, faces] of [[photo, 1], [plain(64, 64), 0], [photo, 1], [plain(512, 512), 0], [photo, 1]] as const) {
    assert.equal((await source.detect(picture)).length, faces);
  }
  assert.equal(made(), 1);
});

test("MediaPipe runs in a worker", { skip: noMediapipe || noFace }, async () => {
  const source = await openLandmarks({ kind: "auto", modelDir: MODEL_DIR });
  assert.equal(source.name, "mediapipe");
  const [face] = await source.detect(await facePhoto());
  assert.equal(face.points.length, 478 * 3);
  assert.ok("jawOpen" in face.blendshapes!);
  await source.close();
});

test("what fails in the worker fails here, by its code", async () => {
  const plan = { kind: "mediapipe", modelPath: "/nowhere/face_landmarker.task" } as const;
  await assert.rejects(createWorkerSource(plan), { name: "ReenactError", code: "MODEL_MISSING", message: /nowhere/ });
});

test("a thread that dies is told as such", async () => {
  await assert.rejects(createWorkerSource({ kind: "facemesh" }, { resourceLimits: { maxOldGenerationSizeMb: 4 } }), { name: "ReenactError", code: "INTERNAL" });
});

test("once closed it refuses, closing again is harmless, and what was asked before is answered", { skip: noFace }, async () => {
  const photo = await facePhoto();
  const source = await createWorkerSource({ kind: "facemesh" });
  const asked = source.detect(photo);
  await Promise.all([source.close(), source.close()]);
  assert.equal((await asked).length, 1);
  await assert.rejects(source.detect(photo), /closed/);
});

test("a worker that is told to stop while it starts does, and says why", async () => {
  const controller = new AbortController(), reason = new Error("not wanted any more");
  const source = createWorkerSource({ kind: "facemesh" }, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(source, reason);
});

test("a program that gives up a worker at whatever moment of its start ends with its own exit code", () => {
  const from = JSON.stringify(new URL("../../../src/model/landmarks/worker-source.ts", import.meta.url).href);
  for (let delay = 100; delay <= 1300; delay += 100) {
    const script = `
      import { createWorkerSource } from ${from};
      setTimeout(() => controller.abort(), ${delay});
      const controller = new AbortController();
      await createWorkerSource({ kind: "facemesh" }, { signal: controller.signal }).then((source) => source.close(), () => {});
      process.exitCode = 16;`;
    const { status, signal, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8" });
    assert.deepEqual({ status, signal, stderr }, { status: 16, signal: null, stderr: "" }, `after ${delay} ms`);
  }
});
