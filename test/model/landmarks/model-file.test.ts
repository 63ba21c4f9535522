import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { ensureModelFile, findModelFile, type PinnedFile, requireModelFile } from "../../../src/model/landmarks/model-file.js";
import { openLandmarks } from "../../../src/model/landmarks/open-landmarks.js";

const CONTENT = Buffer.alloc(100_000, "landmarks ");
let server: Server;
let requests = 0;
let model: PinnedFile;
let root: string, cacheDir: string, modelDir: string;
const envDir = process.env.REENACT_MODEL_DIR;

before(async () => {
  delete process.env.REENACT_MODEL_DIR;
  server = createServer((request, response) => {
    requests++;
    if (request.url === "/model.task") response.end(CONTENT);
    else if (request.url === "/long.task") response.end(Buffer.concat([CONTENT, CONTENT]));
    else if (request.url === "/slow.task") response.write("begin");
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const sha256 = createHash("sha256").update(CONTENT).digest("hex");
  model = { file: "model.task", url: `http://127.0.0.1:${port}/model.task`, bytes: CONTENT.length, sha256 };
});
beforeEach(async () => {
  requests = 0;
  root = await mkdtemp(join(tmpdir(), "reenact-"));
  cacheDir = join(root, "cache/models");
  modelDir = join(root, "mine");
  await mkdir(modelDir);
});
afterEach(() => rm(root, { recursive: true }));
after(async () => {
  if (envDir !== undefined) process.env.REENACT_MODEL_DIR = envDir;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test("fetched once, kept whole, found from then on", async () => {
  assert.equal(await findModelFile({ cacheDir }, model), undefined);
  const path = await ensureModelFile({ cacheDir }, model);
  assert.equal(path, join(cacheDir, "model.task"));
  assert.deepEqual(await readFile(path), CONTENT);
  assert.equal(await ensureModelFile({ cacheDir }, model), path);
  assert.equal(requests, 1);
  assert.deepEqual(await readdir(cacheDir), ["model.task"], "no part is left");
});

test("the user's folder comes first, by option or by environment", async () => {
  await writeFile(join(modelDir, "model.task"), CONTENT);
  assert.equal(await findModelFile({ modelDir, cacheDir }, model), join(modelDir, "model.task"));
  process.env.REENACT_MODEL_DIR = modelDir;
  assert.equal(await ensureModelFile({ cacheDir }, model), join(modelDir, "model.task"));
  delete process.env.REENACT_MODEL_DIR;
  assert.equal(requests, 0);
});

test("another file in the user's folder is an error, in the cache it is fetched again", async () => {
  await writeFile(join(modelDir, "model.task"), "old");
  await assert.rejects(findModelFile({ modelDir, cacheDir }, model), { code: "MODEL_CORRUPT", message: new RegExp(model.sha256) });
  await mkdir(cacheDir, { recursive: true });
  await writeFile(join(cacheDir, "model.task"), "half a fi");
  assert.equal(await findModelFile({ cacheDir }, model), undefined);
  assert.deepEqual(await readFile(await ensureModelFile({ cacheDir }, model)), CONTENT);
});

test("what comes instead of the pinned file is refused and not kept", async () => {
  for (const wrong of [{ ...model, sha256: "0".repeat(64) }, { ...model, url: model.url.replace("model.task", "long.task") }]) {
    await assert.rejects(ensureModelFile({ cacheDir }, wrong), { code: "MODEL_CORRUPT" });
  }
  await assert.rejects(readdir(cacheDir), { code: "ENOENT" });
});

test("no such file, no such server, no place to keep it: each says what to do", async () => {
  await assert.rejects(ensureModelFile({ cacheDir }, { ...model, url: `${model.url}.gone` }), { code: "MODEL_MISSING", message: /--model-dir/ });
  await assert.rejects(ensureModelFile({ cacheDir }, { ...model, url: "http://127.0.0.1:9/model.task" }), { code: "MODEL_MISSING" });
  await writeFile(join(root, "file"), "");
  await assert.rejects(ensureModelFile({ cacheDir: join(root, "file") }, model), { code: "MODEL_MISSING", message: /cannot be written/ });
  await assert.rejects(requireModelFile({ cacheDir, modelDir }, model), { code: "MODEL_MISSING", message: /mine/ });
});

test("an abort ends the download with its own reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 50);
  const slow = { ...model, url: model.url.replace("model.task", "slow.task") };
  await assert.rejects(ensureModelFile({ cacheDir, signal: controller.signal }, slow), (error) => error === reason);
});

test("auto takes FaceMesh when MediaPipe's model is not here; mediapipe without network says what is missing", async () => {
  const source = await openLandmarks({ cacheDir, worker: false });
  assert.equal(source.name, "facemesh");
  await source.close();
  await assert.rejects(openLandmarks({ kind: "mediapipe", offline: true, cacheDir }), { code: "MODEL_MISSING" });
});
