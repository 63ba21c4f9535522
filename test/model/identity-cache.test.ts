import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openEngine } from "../../src/model/engines/open-engine.js";
import type { FaceEngine } from "../../src/model/engines/engine.js";
import { IdentityCache } from "../../src/model/identity-cache.js";
import { NetworkConfig } from "../../src/model/network/config.js";
import { initializeWeights } from "../../src/model/network/initialize.js";
import { loadedModel } from "../helpers/loaded-model.js";
import { mulberry32 } from "../helpers/random.js";

const config = NetworkConfig.parse({ channels: [4, 8, 8, 8, 8, 8, 8], hidden: 4 });
const model = loadedModel(config, initializeWeights(config, 1), "a");
let folder: string;
let engine: FaceEngine;
let computed = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "reenact-identities-"));
  const real = await openEngine(model, "onnx");
  engine = {
    name: real.name, read: real.read.bind(real), generate: real.generate.bind(real), close: () => real.close(), [Symbol.asyncDispose]: () => real.close(),
    encodeIdentity: (photo) => { computed++; return real.encodeIdentity(photo); },
  };
});
after(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

function photo(seed: number): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length: 96 * 96 * 3 }, () => 2 * random() - 1);
}

test("an embedding is computed once per photo: in memory, and in files that outlive the cache", async () => {
  computed = 0;
  const cache = new IdentityCache(folder);
  const first = await cache.get(photo(1), model, engine);
  assert.equal(await cache.get(photo(1), model, engine), first);
  await cache.get(photo(2), model, engine);
  assert.equal(computed, 2);
  const again = await new IdentityCache(folder).get(photo(1), model, engine);
  assert.equal(computed, 2);
  assert.deepEqual(again, first);
  const [file] = await readdir(folder);
  assert.equal((await stat(join(folder, file))).mode & 0o077, 0, "nobody else reads it");
});

test("another model, or a file that is damaged, is computed anew", async () => {
  computed = 0;
  await new IdentityCache(folder).get(photo(1), { ...model, sha256: "b".repeat(64) }, engine);
  assert.equal(computed, 1);
  for (const file of await readdir(folder)) await writeFile(join(folder, file), "damaged");
  await new IdentityCache(folder).get(photo(1), model, engine);
  assert.equal(computed, 2);
});

test("without a folder nothing is written, and a folder that cannot be written costs nothing but time", async () => {
  const before = await readdir(folder);
  await new IdentityCache(null).get(photo(3), model, engine);
  await new IdentityCache("/dev/null/nowhere").get(photo(3), model, engine);
  assert.deepEqual(await readdir(folder), before);
});

test("files are bounded in number; the least recently used go first", async () => {
  const cache = new IdentityCache(folder);
  for (let i = 0; i < 70; i++) await cache.get(photo(100 + i), model, engine);
  assert.equal((await readdir(folder)).length, 64);
});

test("tfjs and ONNX engines give the same face for the same embedding, and refuse to work once closed", async () => {
  const tfjs = await openEngine(model, "tfjs");
  const drivers = Float32Array.from([...photo(5), ...photo(6)]);
  const embedding = await engine.encodeIdentity(photo(7));
  const [a, b] = [await engine.generate(drivers, 2, embedding), await tfjs.generate(drivers, 2, await tfjs.encodeIdentity(photo(7)))];
  for (const part of ["painted", "flow", "mask", "shading"] as const) {
    assert.equal(a[part].length, b[part].length);
    a[part].forEach((value, i) => assert.ok(Math.abs(value - b[part][i]) < 1e-3, part));
  }
  await tfjs.close();
  await tfjs.close();
  await assert.rejects(tfjs.generate(drivers, 2, embedding), /closed/);
});
