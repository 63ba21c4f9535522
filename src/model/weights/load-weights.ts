import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { ReenactError } from "../../errors.js";
import { filePath, type FilePath } from "../../file-path.js";
import { NetworkConfig } from "../network/config.js";
import type { Weights } from "../network/initialize.js";
import { listParameters } from "../network/parameters.js";
import { readSafetensors, tensorValues, type StoredTensor } from "./safetensors.js";
import { WEIGHTS_CONFIG, WEIGHTS_FILE } from "./write-weights.js";

/** Weights that do not say whether their decoder is told what the photo shows are older than that. */
const StoredNetwork = NetworkConfig.extend({ shown: z.boolean().default(false) });

const Description = z.object({ version: z.literal(1), sha256: z.string().length(64), network: StoredNetwork, training: z.looseObject({}) });

/** A trained network, checked and in memory. */
export interface LoadedModel {
  readonly config: NetworkConfig;
  /** Identifies the weights: SHA-256 of their file, hexadecimal. */
  readonly sha256: string;
  /** The weights as their file holds them. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Their values, in single precision; converted when they are asked for first. */
  readonly weights: Weights;
}

/** The name of the package's smaller network wherever weights are named; a folder called so is `./small`. */
export const SMALL = "small";

/** The weights that come with the package: those of the paper's network, or of one half as wide. */
export function shippedWeights(size: "large" | typeof SMALL = "large"): string {
  return fileURLToPath(new URL(size === SMALL ? "../../../weights/small" : "../../../weights", import.meta.url));
}

/** The folder that is meant: the package's own when none is named, that of its smaller network for {@link SMALL}. @throws ReenactError USAGE as filePath does */
export function weightsFolder(place?: FilePath): string {
  if (place === undefined) return shippedWeights();
  return place === SMALL ? shippedWeights(SMALL) : filePath(place, "weights");
}

/**
 * Reads a weights folder: `aip-gan.safetensors` and, beside it, `aip-gan.json`, which names the network and the file's SHA-256.
 *
 * @param place a folder, or {@link SMALL}; the package's own when left out
 * @throws ReenactError MODEL_MISSING when a file is not there, MODEL_CORRUPT when it is not what its description says
 */
export async function loadWeights(place?: FilePath): Promise<LoadedModel> {
  const folder = weightsFolder(place);
  const description = parseDescription(folder, (await readPart(folder, WEIGHTS_CONFIG)).toString("utf8"));
  const file = await readPart(folder, WEIGHTS_FILE);
  const sha256 = createHash("sha256").update(file).digest("hex");
  if (sha256 !== description.sha256) {
    throw corrupt(folder, `${WEIGHTS_FILE} has the SHA-256 ${sha256.slice(0, 12)}… instead of ${description.sha256.slice(0, 12)}…`);
  }
  const { tensors } = readSafetensors(file);
  for (const { name, shape } of listParameters(description.network, false)) {
    const found = tensors.get(name)?.shape.join("×");
    if (found !== shape.join("×")) throw corrupt(folder, `the weight ${name} is ${found ?? "missing"} instead of ${shape.join("×")}`);
  }
  let weights: Weights | undefined;
  return { config: description.network, sha256, tensors, get weights() { return weights ??= tensorValues(tensors); } };
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    throw new ReenactError("MODEL_MISSING", `Expected the network's ${name} in ${folder} but it cannot be read; install the package again or give --weights a folder that has it`, { cause });
  }
}

function parseDescription(folder: string, text: string): z.infer<typeof Description> {
  try {
    return Description.parse(JSON.parse(text));
  } catch (cause) {
    throw new ReenactError("MODEL_CORRUPT", `Expected ${join(folder, WEIGHTS_CONFIG)} to describe weights but it does not; install the package again`, { cause });
  }
}

function corrupt(folder: string, found: string): ReenactError {
  return new ReenactError("MODEL_CORRUPT", `Expected intact weights in ${folder} but ${found}; install the package again or fetch the weights anew`);
}
