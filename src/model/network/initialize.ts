import type { NetworkConfig } from "./config.js";
import { elements, listParameters, type Parameter } from "./parameters.js";

/** Weights by name, row-major float32. */
export type Weights = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** Fresh weights for training: He-normal kernels, constants elsewhere; the same for the same seed on every machine. */
export function initializeWeights(config: NetworkConfig, seed: number): Weights {
  const normal = gaussian(seed);
  return new Map(listParameters(config).map((parameter) => [parameter.name, { shape: parameter.shape, data: initialValues(parameter, normal) }]));
}

function initialValues({ shape, init }: Parameter, normal: () => number): Float32Array {
  const data = new Float32Array(elements(shape));
  if (init.kind === "constant") return data.fill(init.value);
  const deviation = Math.sqrt(2 / init.fanIn);
  return data.map(() => deviation * normal());
}

/** Standard normal numbers: Box and Muller over a Mulberry32 generator. */
function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
