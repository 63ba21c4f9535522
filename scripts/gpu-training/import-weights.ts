/**
 * Turns what `train.py` brought back into a folder of weights that the program loads.
 *
 *   node --import tsx scripts/gpu-training/import-weights.ts --from OUT --network NET --out DIR [--base DIR] [--inference] [--gains gains.json --basis BASIS]
 *
 * With --inference what only training uses is left out: the file is for users, and training cannot quite go on from it.
 * Weights that were not trained are those of `--base` (the package's when left out). Gains, as `calibrate.py` finds them, go into the layers that tell.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NetworkConfig } from "../../src/model/network/config.js";
import type { Weights } from "../../src/model/network/initialize.js";
import { listParameters } from "../../src/model/network/parameters.js";
import { loadBasis } from "../../src/model/synthesis/load-basis.js";
import { loadWeights } from "../../src/model/weights/load-weights.js";
import { decodeSafetensors } from "../../src/model/weights/safetensors.js";
import { writeWeights } from "../../src/model/weights/write-weights.js";

const { values } = parseArgs({ options: {
  from: { type: "string" }, network: { type: "string" }, out: { type: "string" }, base: { type: "string" }, gains: { type: "string" }, basis: { type: "string" },
  inference: { type: "boolean", default: false },
} });
if (!values.from || !values.network || !values.out) throw new Error("Expected --from OUT, --network NET and --out DIR; see the head of this script");
const config = NetworkConfig.parse(JSON.parse(await readFile(join(values.network, "network.json"), "utf8")));
const base = await loadWeights(values.base), trained: Weights = new Map();
for (const file of (await readdir(values.from)).filter((name) => /^weights-\d+\.safetensors$/.test(name))) {
  for (const [name, weight] of decodeSafetensors(await readFile(join(values.from, file))).weights) trained.set(name, weight);
}
const log = (await readFile(join(values.from, "log.jsonl"), "utf8")).trim().split("\n");
const weights: Weights = new Map(listParameters(config, !values.inference).map(({ name, shape }) => {
  const weight = trained.get(name) ?? base.weights.get(name);
  if (weight?.shape.join() !== shape.join()) throw new Error(`Expected ${name} as ${shape.join("×")} but found ${weight?.shape.join("×") ?? "none"}; give the --network it was trained with`);
  return [name, weight];
}));
if (values.gains) {
  const gains = JSON.parse(await readFile(values.gains, "utf8")) as Record<string, number>, { blendshapes } = await loadBasis(values.basis!);
  amplify("expression.reading.weights", blendshapes.map((name) => gains[name]));
  amplify("expression.reading.gaze", [gains.gazeX, gains.gazeY]);
}
await writeWeights(values.out, config, weights, { from: base.sha256, steps: (JSON.parse(log.at(-1)!) as { step: number }).step, trainer: "scripts/gpu-training" });
console.log(`${trained.size} of ${weights.size} weights trained; ${values.out}`);

/** Multiplies what a layer gives by column. */
function amplify(layer: string, by: readonly number[]): void {
  for (const part of ["kernel", "bias"]) {
    const name = `${layer}.${part}`, { shape, data } = weights.get(name)!;
    weights.set(name, { shape, data: data.map((value, i) => value * by[i % by.length]) });
  }
}
