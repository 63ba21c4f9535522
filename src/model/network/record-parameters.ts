import type { Initializer, Ops } from "./ops.js";
import type { Parameter } from "./parameters.js";

/** Every weight that a network written over {@link Ops} asks for, in the order it asks, each once; nothing is computed. */
export function recordParameters(walk: (ops: Ops<undefined>) => void): Parameter[] {
  const parameters = new Map<string, Parameter>();
  const ops = new Proxy({}, {
    get: (_, operation) => (operation === "weight"
      ? (name: string, shape: readonly number[], init: Initializer) => void parameters.set(name, { name, shape, init })
      : () => undefined),
  }) as Ops<undefined>;
  walk(ops);
  return [...parameters.values()];
}
