import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NetworkConfig } from "../network/config.js";
import type { Weights } from "../network/initialize.js";
import { encodeSafetensors } from "./safetensors.js";

/** The files of a weights folder. */
export const WEIGHTS_FILE = "aip-gan.safetensors";
export const WEIGHTS_CONFIG = "aip-gan.json";

/**
 * Writes weights as they are shipped: half precision, and beside them what network they are for and their SHA-256.
 *
 * @param training what is to be known of how they came about, as plain values
 */
export async function writeWeights(folder: string, network: NetworkConfig, weights: Weights, training: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = encodeSafetensors(weights, "F16", { format: "reenact aip-gan 1" });
  const sha256 = createHash("sha256").update(file).digest("hex");
  await writeBeside(join(folder, WEIGHTS_FILE), file);
  await writeBeside(join(folder, WEIGHTS_CONFIG), `${JSON.stringify({ version: 1, sha256, network, training }, null, 2)}\n`);
}

async function writeBeside(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.writing`, content);
  await rename(`${path}.writing`, path);
}
