import { drawIdentity, drawLandmarks, encodeIdentity, reenactFace, tellFace, tellWeights } from "./aip-gan.js";
import type { NetworkConfig } from "./config.js";
import type { Initializer, Ops } from "./ops.js";

/** A trained weight of the network. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initializer;
}

/**
 * Every weight that a network written over {@link Ops} asks for, in the order it asks; nothing is computed. A weight that it asks for twice
 * is there twice.
 */
export function recordParameters(walk: (ops: Ops<undefined>) => void): Parameter[] {
  const parameters: Parameter[] = [];
  walk(new Proxy({}, {
    get: (_, operation) => (operation === "weight"
      ? (name: string, shape: readonly number[], init: Initializer) => void parameters.push({ name, shape, init })
      : () => undefined),
  }) as Ops<undefined>);
  return parameters;
}

/** Every weight the network has under `config`, once; `training` adds the layers that only losses need. */
export function listParameters(config: NetworkConfig, training = true): Parameter[] {
  const asked = recordParameters((ops) => {
    const { identity, embedding } = encodeIdentity(ops, config, undefined);
    const { expression } = reenactFace(ops, config, undefined, embedding);
    tellFace(ops, config, expression);
    if (!training) return;
    drawLandmarks(ops, config, expression);
    drawIdentity(ops, config, identity);
    tellWeights(ops, config, expression);
  });
  return [...new Map(asked.map((parameter) => [parameter.name, parameter])).values()]; // G_es sees the driver and the photo
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
