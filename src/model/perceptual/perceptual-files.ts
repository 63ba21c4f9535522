import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { ReenactError } from "../../errors.js";
import type { Weights } from "../network/initialize.js";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.js";
import { PerceptualConfig, type PerceptualKind } from "./perceptual-config.js";
import { perceptualParameters } from "./perceptual-network.js";

const Description = z.object({ version: z.literal(1), sha256: z.string().length(64), network: PerceptualConfig, training: z.looseObject({}) });

/** A trained perceptual network, checked and in memory. */
export interface LoadedPerceptual {
  readonly config: PerceptualConfig;
  readonly weights: Weights;
}

/** Writes `identity.safetensors` or `expression.safetensors` (half precision) and, beside it, the same name with `.json`. */
export async function writePerceptual(folder: string, network: PerceptualConfig, weights: Weights, training: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = encodeSafetensors(weights, "F16", { format: `reenact perceptual ${network.kind} 1` });
  const sha256 = createHash("sha256").update(file).digest("hex");
  await whole(join(folder, `${network.kind}.safetensors`), file);
  await whole(join(folder, `${network.kind}.json`), `${JSON.stringify({ version: 1, sha256, network, training }, null, 2)}\n`);
}

/**
 * Reads what {@link writePerceptual} wrote.
 *
 * @throws ReenactError MODEL_MISSING when a file is not there, MODEL_CORRUPT when it is not what its description says
 */
export async function readPerceptual(folder: string, kind: PerceptualKind): Promise<LoadedPerceptual> {
  const [json, file] = await Promise.all([`${kind}.json`, `${kind}.safetensors`].map((name) => (
    readFile(join(folder, name)).catch((cause: unknown) => {
      throw new ReenactError("MODEL_MISSING", `Expected a perceptual network's ${name} in ${folder} but it cannot be read; train one with reenact train-perceptual`, { cause });
    })
  )));
  const corrupt = (found: string, cause?: unknown) => (
    new ReenactError("MODEL_CORRUPT", `Expected an intact ${kind} network in ${folder} but ${found}; train it again with reenact train-perceptual`, { cause })
  );
  let description: z.infer<typeof Description>;
  try {
    description = Description.parse(JSON.parse(json.toString("utf8")));
  } catch (cause) {
    throw corrupt(`${kind}.json does not describe one`, cause);
  }
  if (createHash("sha256").update(file).digest("hex") !== description.sha256) throw corrupt(`${kind}.safetensors is not the file that ${kind}.json describes`);
  const { weights } = decodeSafetensors(file);
  for (const { name, shape } of perceptualParameters(description.network, false)) {
    const found = weights.get(name)?.shape.join("×");
    if (found !== shape.join("×")) throw corrupt(`the weight ${name} is ${found ?? "missing"} instead of ${shape.join("×")}`);
  }
  return { config: description.network, weights };
}

async function whole(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.writing`, content);
  await rename(`${path}.writing`, path);
}
