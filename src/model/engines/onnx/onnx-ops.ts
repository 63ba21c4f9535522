import type { Initializer, Ops } from "../../network/ops.js";
import { storedTensor, type StoredTensor } from "../../weights/safetensors.js";
import { NORM_EPSILON, ROOT_EPSILON } from "../epsilon.js";
import type { OnnxGraph, OnnxValue } from "./graph.js";

/** A value of the graph, or a weight that is written into it where its use says in which layout. */
export type OnnxTensor =
  | { readonly value: OnnxValue }
  | { readonly name: string; readonly stored: StoredTensor };

/** [height, width, in, out], as the network has its kernels, to [out, in, height, width]. */
const HWIO_TO_OIHW = [3, 2, 0, 1];

/**
 * Records the network's operations as ONNX nodes. Inside the graph images are [b, c, h, w], as ONNX has them; {@link OnnxOps.input} and
 * {@link OnnxOps.output} turn them at the border, so that every engine speaks [b, h, w, c].
 */
export class OnnxOps implements Ops<OnnxTensor> {
  readonly #graph: OnnxGraph;
  readonly #weight: (name: string) => StoredTensor;
  readonly #fixed = new Map<string, OnnxTensor>();

  /** @param weight a weight by its name, in the shape the network asks for */
  constructor(graph: OnnxGraph, weight: (name: string) => StoredTensor) {
    this.#graph = graph;
    this.#weight = weight;
  }

  /** An input of the graph: [b, h, w, c]. */
  input(name: string, batch: number | string, [height, width, channels]: readonly [number, number, number]): OnnxTensor {
    const value = this.#graph.input(name, [batch, height, width, channels]);
    return this.#node("Transpose", [{ value }], { perm: [0, 3, 1, 2] });
  }

  /** An output of the graph: [b, h, w, c]. */
  output(name: string, x: OnnxTensor, batch: number | string, [height, width, channels]: readonly [number, number, number]): void {
    const turned = this.#node("Transpose", [x], { perm: [0, 2, 3, 1] });
    this.#graph.output(name, this.#value(turned), [batch, height, width, channels]);
  }

  weight(name: string, _shape: readonly number[], _init: Initializer): OnnxTensor {
    return { name, stored: this.#weight(name) };
  }

  fixedKernel(name: string, inputs: number, outputs: number, values: () => Float32Array): OnnxTensor {
    const kernel = this.#fixed.get(name) ?? { name, stored: storedTensor([1, 1, inputs, outputs], values()) };
    this.#fixed.set(name, kernel);
    return kernel;
  }

  conv(x: OnnxTensor, kernel: OnnxTensor, bias?: OnnxTensor): OnnxTensor {
    if (!("stored" in kernel)) throw new TypeError("Expected a convolution's kernel to be a weight");
    const [k] = kernel.stored.shape;
    const turned = this.#graph.weight(kernel.name, kernel.stored, HWIO_TO_OIHW);
    const inputsOfNode = [this.#value(x), turned, ...(bias ? [this.#value(bias)] : [])];
    const pad = (k - 1) / 2;
    return { value: this.#graph.node("Conv", inputsOfNode, { kernel_shape: [k, k], pads: [pad, pad, pad, pad] }) };
  }

  add(a: OnnxTensor, b: OnnxTensor): OnnxTensor {
    return this.#node("Add", [a, b]);
  }

  mul(a: OnnxTensor, b: OnnxTensor): OnnxTensor {
    return this.#node("Mul", [a, b]);
  }

  affine(x: OnnxTensor, factor: number, offset = 0): OnnxTensor {
    const scaled = factor === 1 ? x : this.mul(x, this.#scalar(factor));
    return offset === 0 ? scaled : this.add(scaled, this.#scalar(offset));
  }

  relu(x: OnnxTensor): OnnxTensor {
    return this.#node("Relu", [x]);
  }

  leakyRelu(x: OnnxTensor, slope: number): OnnxTensor {
    return this.#node("LeakyRelu", [x], { alpha: { float: slope } });
  }

  sigmoid(x: OnnxTensor): OnnxTensor {
    return this.#node("Sigmoid", [x]);
  }

  tanh(x: OnnxTensor): OnnxTensor {
    return this.#node("Tanh", [x]);
  }

  instanceNorm(x: OnnxTensor, gamma: OnnxTensor, beta: OnnxTensor): OnnxTensor {
    return this.#node("InstanceNormalization", [x, gamma, beta], { epsilon: { float: NORM_EPSILON } });
  }

  halve(x: OnnxTensor): OnnxTensor {
    return this.#node("AveragePool", [x], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1, count_include_pad: 0 });
  }

  double(x: OnnxTensor, size: number): OnnxTensor {
    const scales = { value: this.#graph.tensor(Float32Array.of(1, 1, 2, 2), [4], "double_scales") };
    const options = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    const doubled = this.#node("Resize", [x, { value: "" }, scales], options);
    if (size % 2 === 0) return doubled;
    const range = [[0, 0], [size, size], [2, 3]].map((values) => ({ value: this.#graph.integers(values) }));
    return this.#node("Slice", [doubled, ...range]);
  }

  spatialMean(x: OnnxTensor): OnnxTensor {
    return this.#node("GlobalAveragePool", [x]);
  }

  channelSoftmax(x: OnnxTensor): OnnxTensor {
    return this.#node("Softmax", [x], { axis: 1 });
  }

  channelSum(x: OnnxTensor): OnnxTensor {
    return this.#node("ReduceSum", [x, { value: this.#graph.integers([1]) }], { keepdims: 1 });
  }

  signedRoot(x: OnnxTensor): OnnxTensor {
    return this.#node("Div", [x, this.#node("Sqrt", [this.affine(this.#node("Abs", [x]), 1, ROOT_EPSILON)])]);
  }

  unitPower(x: OnnxTensor): OnnxTensor {
    const power = this.#node("ReduceMean", [this.mul(x, x)], { axes: [1], keepdims: 1 });
    return this.#node("Div", [x, this.#node("Sqrt", [this.affine(power, 1, ROOT_EPSILON)])]);
  }

  concat(xs: readonly OnnxTensor[]): OnnxTensor {
    return this.#node("Concat", xs, { axis: 1 });
  }

  channels(x: OnnxTensor, from: number, to: number): OnnxTensor {
    const range = [[from], [to], [1]].map((values) => ({ value: this.#graph.integers(values) }));
    return this.#node("Slice", [x, ...range]);
  }

  image(x: OnnxTensor, height: number, width: number, channels: number): OnnxTensor {
    const rows = this.#node("Reshape", [x, { value: this.#graph.integers([-1, height, width, channels]) }]);
    return this.#node("Transpose", [rows], { perm: [0, 3, 1, 2] });
  }

  warp(image: OnnxTensor, flow: OnnxTensor, size: number): OnnxTensor {
    const step = 2 / (size - 1); // GridSample counts −1…1 from the first pixel's centre to the last one's
    const base = new Float32Array(size * size * 2).map((_, i) => step * (i % 2 === 0 ? (i >> 1) % size : Math.floor(i / 2 / size)) - 1);
    const scaled = this.affine(this.#node("Transpose", [flow], { perm: [0, 2, 3, 1] }), step);
    const grid = this.add(scaled, { value: this.#graph.tensor(base, [1, size, size, 2], `grid_${size}`) });
    return this.#node("GridSample", [image, grid], { mode: "bilinear", padding_mode: "border", align_corners: 1 });
  }

  #scalar(value: number): OnnxTensor {
    return { value: this.#graph.scalar(value) };
  }

  #value(x: OnnxTensor): OnnxValue {
    return "value" in x ? x.value : this.#graph.weight(x.name, x.stored);
  }

  #node(opType: string, inputs: readonly OnnxTensor[], attributes: Parameters<OnnxGraph["node"]>[2] = {}): OnnxTensor {
    return { value: this.#graph.node(opType, inputs.map((x) => this.#value(x)), attributes) };
  }
}
