import assert from "node:assert/strict";
import { test } from "node:test";
import { startWorker } from "../../../src/model/threads/start-worker.js";
import { WorkerConnection } from "../../../src/model/threads/worker-connection.js";
import { plain } from "../landmarks/face-photo.js";

test("a request that cannot be sent is refused at once, and the next one is answered", async () => {
  const landmarks = new URL("../../../src/model/landmarks/worker-source.ts", import.meta.url).href;
  const connection = new WorkerConnection<unknown, string>(startWorker(landmarks, "./landmark-worker", { workerData: { kind: "facemesh" } }), "It ended.");
  assert.equal(await connection.ready, "facemesh");
  const image = plain(8, 8);
  await assert.rejects(connection.ask({ image, options: {}, extra: () => undefined }), { name: "DataCloneError" });
  const { buffer } = image.data;
  await assert.rejects(connection.ask({ image, options: {} }, [buffer as ArrayBuffer, buffer as ArrayBuffer]), { name: "DataCloneError" });
  assert.deepEqual(await connection.ask({ image, options: {} }), []);
  await connection.close();
});
