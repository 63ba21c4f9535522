import { drawIdentity, drawLandmarks, encodeIdentity, reenactFace, tellWeights } from "./aip-gan.js";
import type { NetworkConfig } from "./config.js";
import type { Initializer, Ops } from "./ops.js";

/** A trained weight of the network. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initializer;
}

/** Every weight the network has under `config`, by walking through it once; `training` adds the layers that only losses need. */
export function listParameters(config: NetworkConfig, training = true): Parameter[] {
  const parameters: Parameter[] = [];
  const ops = new Proxy({}, {
    get: (_, operation) => (operation === "weight"
      ? (name: string, shape: readonly number[], init: Initializer) => void parameters.push({ name, shape, init })
      : () => undefined),
  }) as Ops<undefined>;
  const { identity, embedding } = encodeIdentity(ops, config, undefined);
  const { expression } = reenactFace(ops, config, undefined, embedding);
  if (training) {
    drawLandmarks(ops, config, expression);
    drawIdentity(ops, config, identity);
    tellWeights(ops, config, expression);
  }
  return parameters;
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
