/** How a weight starts: He-normal for layers before a (leaky) ReLU, or a constant. `fanIn` counts the inputs of one output. */
export type Initializer = { readonly kind: "he"; readonly fanIn: number } | { readonly kind: "constant"; readonly value: number };

/**
 * The tensor operations AIP-GAN is written in. `T` is an interpreter's tensor: tfjs runs them at once and differentiates them
 * (`engines/tfjs`), ONNX records them as a graph (`engines/onnx`), the parameter list only notes the weights.
 *
 * Shapes are read [batch, height, width, channels], whatever an interpreter's memory layout is. A vector is [batch, 1, 1, channels].
 * `add` and `mul` broadcast over every axis of size 1.
 */
export interface Ops<T> {
  /** A trained weight. Kernels are [height, width, in, out], vectors [channels]. */
  weight(name: string, shape: readonly number[], init: Initializer): T;
  /** A fixed 1×1 kernel [1, 1, in, out]; `values` is row-major in × out. */
  fixedKernel(name: string, inputs: number, outputs: number, values: () => Float32Array): T;
  /** Convolution, stride 1, zero padding that keeps the size. */
  conv(x: T, kernel: T, bias?: T): T;
  add(a: T, b: T): T;
  mul(a: T, b: T): T;
  /** factor·x + offset. */
  affine(x: T, factor: number, offset?: number): T;
  relu(x: T): T;
  leakyRelu(x: T, slope: number): T;
  sigmoid(x: T): T;
  tanh(x: T): T;
  /** Normalises each channel of each image over its positions (Ulyanov et al. 2016), then scales by `gamma` and shifts by `beta`. */
  instanceNorm(x: T, gamma: T, beta: T): T;
  /** 2×2 average pooling, stride 2; odd sizes are rounded up and the last window averages what it holds. */
  halve(x: T): T;
  /** Nearest-neighbour ×2, cut to size×size. */
  double(x: T, size: number): T;
  /** Mean over positions: [b, 1, 1, c]. */
  spatialMean(x: T): T;
  /** Softmax over channels. */
  channelSoftmax(x: T): T;
  /** Sum over channels: [b, h, w, 1]. */
  channelSum(x: T): T;
  /** x / √(|x| + ε): the signed square root, smooth at 0. */
  signedRoot(x: T): T;
  /** x / √(mean of x² over channels + ε): unit power at every position. */
  unitPower(x: T): T;
  /** Joins along channels. */
  concat(xs: readonly T[]): T;
  /** Channels from…to−1. */
  channels(x: T, from: number, to: number): T;
  /** [b, 1, 1, h·w·c] as an image [b, h, w, c]. */
  image(x: T, height: number, width: number, channels: number): T;
  /** Samples the size×size `image` at (x + flow₀, y + flow₁), in pixels, bilinearly; positions outside are moved to the border. */
  warp(image: T, flow: T, size: number): T;
}
