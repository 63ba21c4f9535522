/**
 * Writes what `train.py` trains: the network's two graphs, as the engine runs them, and its weights.
 *
 *   node --import tsx scripts/gpu-training/export-network.ts --out DIR [--weights DIR] [--reading 256]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildFrameModel, buildIdentityModel, type StoredWeight } from "../../src/model/engines/onnx/build-models.js";
import { initializeWeights } from "../../src/model/network/initialize.js";
import { loadWeights } from "../../src/model/weights/load-weights.js";
import { encodeSafetensors, storedTensor } from "../../src/model/weights/safetensors.js";

const { values } = parseArgs({ options: { out: { type: "string" }, weights: { type: "string" }, reading: { type: "string", default: "256" } } });
if (!values.out) throw new Error("Expected --out DIR; see the head of this script");
const model = await loadWeights(values.weights);
const config = { ...model.config, reading: Number(values.reading) };
const weights = initializeWeights(config, 1);
for (const [name, weight] of weights) {
  const known = model.weights.get(name);
  if (known?.shape.join() === weight.shape.join()) weights.set(name, known);
  else console.log(`${name}: fresh`);
}
const stored: StoredWeight = (name) => storedTensor(weights.get(name)!.shape, weights.get(name)!.data);
await mkdir(values.out, { recursive: true });
// Fixed kernels are no weights of the network: they go along as they are.
const fixed = new Map<string, { shape: number[]; data: Float32Array }>();
const graphs = { identity: buildIdentityModel(config, stored, { training: true }), frame: buildFrameModel(config, stored, { training: true }) };
for (const [name, { bytes, externalData }] of Object.entries(graphs)) {
  await writeFile(join(values.out, `${name}.onnx`), bytes);
  for (const { path, data } of externalData) if (!weights.has(path)) fixed.set(path, { shape: [data.length / 4], data: new Float32Array(new Uint8Array(data).buffer) });
}
await writeFile(join(values.out, "weights.safetensors"), encodeSafetensors(weights, "F16"));
await writeFile(join(values.out, "fixed.safetensors"), encodeSafetensors(fixed, "F32"));
await writeFile(join(values.out, "network.json"), JSON.stringify(config));
