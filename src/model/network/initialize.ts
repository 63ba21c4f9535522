import { createRandom } from "../synthesis/random.js";
import type { NetworkConfig } from "./config.js";
import { elements, listParameters, type Parameter } from "./parameters.js";

/** Weights by name, row-major float32. */
export type Weights = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** Fresh weights of AIP-GAN for training; the same for the same seed on every machine. */
export function initializeWeights(config: NetworkConfig, seed: number): Weights {
  return freshWeights(listParameters(config), seed);
}

/** Fresh weights for any list of parameters, He-normal kernels and constants elsewhere; each depends on the seed and its own name alone. */
export function freshWeights(parameters: readonly Parameter[], seed: number): Weights {
  return new Map(parameters.map((parameter) => [parameter.name, { shape: parameter.shape, data: freshValues(parameter, seed) }]));
}

function freshValues({ name, shape, init }: Parameter, seed: number): Float32Array {
  const data = new Float32Array(elements(shape));
  if (init.kind === "constant") return data.fill(init.value);
  const random = createRandom(`${seed}/${name}`), deviation = Math.sqrt(2 / init.fanIn);
  // Box and Muller
  return data.map(() => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}
