import type { NetworkConfig } from "../../src/model/network/config.js";
import type { Weights } from "../../src/model/network/initialize.js";
import type { LoadedModel } from "../../src/model/weights/load-weights.js";
import { storedTensor } from "../../src/model/weights/safetensors.js";

/** A network that comes from no file; `sha256` is made of one character. */
export function loadedModel(config: NetworkConfig, weights: Weights, sha256 = "0"): LoadedModel {
  return { config, sha256: sha256.repeat(64), weights, tensors: new Map([...weights].map(([name, { shape, data }]) => [name, storedTensor(shape, data)])) };
}
