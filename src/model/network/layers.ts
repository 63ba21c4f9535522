import type { Ops } from "./ops.js";

const zero = { kind: "constant", value: 0 } as const;
const one = { kind: "constant", value: 1 } as const;

/** Slope of every LeakyReLU. */
export const SLOPE = 0.2;

/** What {@link conv} leaves open: `bias` false where another term brings it, `init` 0 for layers that must start silent. */
export interface ConvOptions {
  readonly bias?: boolean;
  readonly zero?: boolean;
}

/** k×k convolution `name` from `inputs` to `outputs` channels: [b, h, w, inputs] → [b, h, w, outputs]. */
export function conv<T>(ops: Ops<T>, name: string, x: T, k: number, inputs: number, outputs: number, options: ConvOptions = {}): T {
  const init = options.zero ? zero : ({ kind: "he", fanIn: k * k * inputs } as const);
  const kernel = ops.weight(`${name}.kernel`, [k, k, inputs, outputs], init);
  return ops.conv(x, kernel, options.bias === false ? undefined : ops.weight(`${name}.bias`, [outputs], zero));
}

/** Fully connected layer on a vector: [b, 1, 1, inputs] → [b, 1, 1, outputs]. */
export function dense<T>(ops: Ops<T>, name: string, x: T, inputs: number, outputs: number, options?: ConvOptions): T {
  return conv(ops, name, x, 1, inputs, outputs, options);
}

/**
 * One encoder block before its attention: conv 3×3 → InstanceNorm → LeakyReLU → halving. [b, ⌈2s⌉, ⌈2s⌉, inputs] → [b, s, s, outputs].
 *
 * `normalised` false leaves InstanceNorm out, as the blocks with the smallest maps must: over a few positions it divides away how strongly
 * a feature is there. Over the 2×2 of the last block it makes the mean that follows the same for every picture (between 0.33 and 0.40 per
 * channel whatever comes in), and e and h would say nothing.
 */
export function encoderBlock<T>(ops: Ops<T>, name: string, x: T, inputs: number, outputs: number, normalised: boolean): T {
  if (!normalised) return ops.halve(ops.leakyRelu(conv(ops, `${name}.conv`, x, 3, inputs, outputs), SLOPE));
  const features = conv(ops, `${name}.conv`, x, 3, inputs, outputs, { bias: false }); // InstanceNorm would remove it
  const gamma = ops.weight(`${name}.norm.gamma`, [outputs], one);
  const beta = ops.weight(`${name}.norm.beta`, [outputs], zero);
  return ops.halve(ops.leakyRelu(ops.instanceNorm(features, gamma, beta), SLOPE));
}

/** Concurrent spatial and channel squeeze-and-excitation (Roy et al. 2018), reduction 2, the two recalibrations added. Keeps the shape. */
export function scSE<T>(ops: Ops<T>, name: string, x: T, channels: number): T {
  const squeezed = ops.relu(dense(ops, `${name}.squeeze`, ops.spatialMean(x), channels, channels / 2)); // [b, 1, 1, c/2]
  const channelGate = ops.sigmoid(dense(ops, `${name}.excite`, squeezed, channels / 2, channels)); // [b, 1, 1, c]
  const spatialGate = ops.sigmoid(conv(ops, `${name}.spatial`, x, 1, channels, 1)); // [b, s, s, 1]
  return ops.mul(x, ops.add(channelGate, spatialGate)); // x·channel + x·spatial
}

/** Shallow ReLU MLP that draws an image from a code: [b, 1, 1, inputs] → [b, size, size, channels]. */
export function drawFromCode<T>(ops: Ops<T>, name: string, code: T, inputs: number, hidden: number, size: number, channels: number): T {
  const h = ops.relu(dense(ops, `${name}.hidden`, code, inputs, hidden));
  return ops.image(dense(ops, `${name}.out`, h, hidden, size * size * channels), size, size, channels);
}
