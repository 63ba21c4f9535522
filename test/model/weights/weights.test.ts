import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { NetworkConfig } from "../../../src/model/network/config.js";
import { initializeWeights } from "../../../src/model/network/initialize.js";
import { loadWeights, shippedWeights, weightsFolder } from "../../../src/model/weights/load-weights.js";
import { decodeSafetensors, encodeSafetensors } from "../../../src/model/weights/safetensors.js";
import { writeWeights } from "../../../src/model/weights/write-weights.js";

const config = NetworkConfig.parse({ channels: [4, 4, 8, 8, 8, 8, 8], hidden: 4 });
const weights = initializeWeights(config, 3);
let folder: string;
before(async () => { folder = await mkdtemp(join(tmpdir(), "reenact-weights-")); });
after(() => rm(folder, { recursive: true }));

test("single precision survives the file exactly, also from a Buffer that is part of a larger one", () => {
  const file = encodeSafetensors(weights, "F32", { note: "für uns" });
  const pool = Buffer.concat([Buffer.alloc(3), file, Buffer.alloc(5)]).subarray(3, 3 + file.length);
  const { weights: read, metadata } = decodeSafetensors(pool);
  assert.deepEqual(metadata, { note: "für uns" });
  assert.deepEqual([...read.keys()], [...weights.keys()]);
  for (const [name, { data, shape }] of weights) {
    assert.deepEqual(read.get(name)!.shape, shape);
    assert.deepEqual(read.get(name)!.data, data);
  }
});

test("half precision is off by at most 2⁻¹¹ of a value", () => {
  const { weights: read } = decodeSafetensors(encodeSafetensors(weights, "F16"));
  for (const [name, { data }] of weights) {
    read.get(name)!.data.forEach((value, i) => assert.ok(Math.abs(value - data[i]) <= Math.abs(data[i]) / 2048 + 3e-8, name));
  }
});

test("a file that is cut off, damaged or something else is MODEL_CORRUPT", () => {
  const file = encodeSafetensors(weights, "F16");
  const code = { code: "MODEL_CORRUPT" };
  assert.throws(() => decodeSafetensors(file.subarray(0, file.length - 1)), code);
  assert.throws(() => decodeSafetensors(file.subarray(0, 100)), code);
  assert.throws(() => decodeSafetensors(new Uint8Array(4)), code);
  assert.throws(() => decodeSafetensors(new TextEncoder().encode("version https://git-lfs.github.com/spec/v1")), code);
  const header = file.slice();
  header[9] = 0x7d; // }
  assert.throws(() => decodeSafetensors(header), code);
});

test("a weights folder is read back, and refused when a byte of it changed or a file is gone", async () => {
  await writeWeights(folder, config, weights, { steps: 7 });
  const model = await loadWeights(folder);
  assert.deepEqual(model.config, config);
  assert.match(model.sha256, /^[0-9a-f]{64}$/);

  const path = join(folder, "aip-gan.safetensors");
  const file = await readFile(path);
  file[file.length - 1] ^= 1;
  await writeFile(path, file);
  await assert.rejects(loadWeights(folder), { code: "MODEL_CORRUPT", message: /SHA-256/ });
  await rm(path);
  await assert.rejects(loadWeights(folder), { code: "MODEL_MISSING" });
});

test("weights of another network are refused by name", async () => {
  await writeWeights(folder, NetworkConfig.parse({ ...config, channels: [4, 4, 8, 8, 8, 8, 16] }), weights, {});
  await assert.rejects(loadWeights(folder), { code: "MODEL_CORRUPT", message: /block7/ });
});

test("weights that do not say whether the photo's expression is told are older, and read as a network without it", async () => {
  const older = NetworkConfig.parse({ ...config, shown: false });
  await writeWeights(folder, older, initializeWeights(older, 3), {});
  const path = join(folder, "aip-gan.json"), { network, ...rest } = JSON.parse(await readFile(path, "utf8")) as { network: Record<string, unknown> };
  delete network.shown;
  await writeFile(path, JSON.stringify({ ...rest, network }));
  assert.deepEqual((await loadWeights(folder)).config, older);
});

test("the package has two networks, by name, of which the smaller one has half the channels", async () => {
  assert.equal(weightsFolder("./small"), "./small");
  assert.equal(weightsFolder(pathToFileURL(folder)), folder);
  const [large, small] = await Promise.all([loadWeights(), loadWeights("small")]);
  assert.deepEqual(small.config.channels.map((count) => 2 * count), large.config.channels);
  assert.deepEqual((await loadWeights(shippedWeights("small"))).sha256, small.sha256);
  assert.notEqual(small.sha256, large.sha256);
});
