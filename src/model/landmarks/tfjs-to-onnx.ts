import { OnnxGraph, type OnnxAttribute, type OnnxDimension, type OnnxValue } from "../engines/onnx/graph.js";
import type { TfAttribute, TfjsModel, TfNode, TfWeight } from "./tfjs-model-file.js";

/** A value already translated. Four-dimensional ones are NCHW in the ONNX graph where TensorFlow's are NHWC. */
interface Value {
  readonly name: OnnxValue;
  readonly rank: number;
}

/**
 * Translates a tfjs graph model into the bytes of an ONNX model that computes the same. It knows the operators of the face models:
 * convolutions (also fused with bias and activation), PReLU, ReLU, sigmoid, pooling, padding, addition, concatenation, reshaping.
 * Images are NHWC in TensorFlow and NCHW here: the input is [batch, channels, height, width] and so is every value in between; a
 * reshape out of four dimensions goes back to NHWC first, so that outputs number their values as TensorFlow's do.
 *
 * The ONNX graph's input is called "input"; its outputs keep the names of the model's final Identity nodes.
 *
 * @throws RangeError naming the operator when there is one it does not know
 */
export function tfjsToOnnx(model: TfjsModel, name: string): Uint8Array {
  return new Translation(model, name).run();
}

class Translation {
  readonly #graph: OnnxGraph;
  readonly #nodes: ReadonlyMap<string, TfNode>;
  readonly #model: TfjsModel;
  readonly #done = new Map<string, Value>();

  constructor(model: TfjsModel, name: string) {
    this.#graph = new OnnxGraph(name);
    this.#model = model;
    this.#nodes = new Map(model.nodes.map((node) => [node.name, node]));
  }

  run(): Uint8Array {
    const used = new Set(this.#model.nodes.flatMap((node) => node.input ?? []));
    for (const node of this.#model.nodes) {
      if (node.op !== "Identity" || used.has(node.name)) continue;
      const value = this.#value(node.input![0]);
      this.#graph.output(node.name, value.name, Array.from({ length: value.rank }, (_, i) => `${node.name}_${i}`));
    }
    return this.#graph.toBytes();
  }

  #value(name: string): Value {
    let value = this.#done.get(name);
    if (!value) {
      const node = this.#nodes.get(name);
      if (!node) throw new RangeError(`Expected a node called ${name} in the graph but there is none`);
      this.#done.set(name, value = this.#translate(node));
    }
    return value;
  }

  #weight(name: string): TfWeight {
    const weight = this.#model.weights.get(name);
    if (!weight) throw new RangeError(`Expected ${name} to be a constant of the graph but it is not`);
    return weight;
  }

  #translate(node: TfNode): Value {
    const inputs = node.input ?? [];
    const operand = (i: number): OnnxValue => this.#value(inputs[i]).name;
    switch (node.op) {
      case "Placeholder": return this.#placeholder(node);
      case "Identity": return this.#value(inputs[0]);
      case "_FusedConv2D": case "Conv2D": return this.#fused(node, this.#conv(node));
      case "DepthwiseConv2dNative": return this.#image(this.#depthwise(node));
      case "Relu": case "Sigmoid": return { ...this.#value(inputs[0]), name: this.#graph.node(node.op, [operand(0)]) };
      case "Prelu": return this.#image(this.#prelu(operand(0), inputs[1]));
      case "AddV2": return { ...this.#value(inputs[0]), name: this.#graph.node("Add", [operand(0), operand(1)]) };
      case "MaxPool": return this.#image(this.#graph.node("MaxPool", [operand(0)], {
        kernel_shape: integers(node.attr?.ksize).slice(1, 3), strides: integers(node.attr?.strides).slice(1, 3), auto_pad: padding(node),
      }));
      case "Pad": return this.#image(this.#pad(operand(0), this.#weight(inputs[1])));
      case "ConcatV2": return this.#image(this.#graph.node("Concat", inputs.slice(0, -1).map((input) => this.#value(input).name), {
        axis: [0, 2, 3, 1].at(this.#weight(inputs.at(-1)!).data[0])!,
      }));
      case "Reshape": {
        const shape = Array.from(this.#weight(inputs[1]).data);
        const from = this.#value(inputs[0]);
        const flat = from.rank === 4 ? this.#graph.node("Transpose", [from.name], { perm: [0, 2, 3, 1] }) : from.name;
        return { name: this.#graph.node("Reshape", [flat, this.#graph.integers(shape)]), rank: shape.length };
      }
      default: throw new RangeError(`Expected an operator that the face models use but ${node.name} is ${node.op}`);
    }
  }

  #image(name: OnnxValue): Value {
    return { name, rank: 4 };
  }

  #placeholder(node: TfNode): Value {
    const dim = (node.attr?.shape?.shape?.dim ?? []).map(({ size }): OnnxDimension => (Number(size) < 0 ? "batch" : Number(size)));
    if (dim.length !== 4) throw new RangeError(`Expected an image as the graph's input but ${node.name} has ${dim.length} dimensions`);
    return this.#image(this.#graph.input("input", [dim[0], dim[3], dim[1], dim[2]]));
  }

  /** A 2-D convolution. TensorFlow's filter is [height, width, in, out], ONNX's [out, in, height, width]. */
  #conv(node: TfNode): OnnxValue {
    const { data, shape: [h, w, cin, cout] } = this.#weight(node.input![1]);
    const filter = new Float32Array(data.length);
    for (let k = 0; k < h * w; k++) {
      for (let i = 0; i < cin; i++) for (let o = 0; o < cout; o++) filter[(o * cin + i) * h * w + k] = data[(k * cin + i) * cout + o];
    }
    const operands = [this.#value(node.input![0]).name, this.#graph.tensor(filter, [cout, cin, h, w], node.input![1])];
    if (fusedOps(node)[0] === "BiasAdd") operands.push(this.#float(node.input![2], [cout]));
    return this.#graph.node("Conv", operands, convAttributes(node, [h, w], 1));
  }

  #fused(node: TfNode, conv: OnnxValue): Value {
    const [, activation] = fusedOps(node);
    if (activation === "Prelu") return this.#image(this.#prelu(conv, node.input![3]));
    if (activation === "Relu") return this.#image(this.#graph.node("Relu", [conv]));
    if (activation !== undefined) throw new RangeError(`Expected Relu or Prelu fused into ${node.name} but found ${activation}`);
    return this.#image(conv);
  }

  /** A depthwise convolution. TensorFlow's filter is [height, width, in, multiplier], ONNX's [in·multiplier, 1, height, width]. */
  #depthwise(node: TfNode): OnnxValue {
    const { data, shape: [h, w, cin, multiplier] } = this.#weight(node.input![1]);
    const channels = cin * multiplier;
    const filter = new Float32Array(data.length);
    for (let k = 0; k < h * w; k++) for (let c = 0; c < channels; c++) filter[c * h * w + k] = data[k * channels + c];
    const operands = [this.#value(node.input![0]).name, this.#graph.tensor(filter, [channels, 1, h, w], node.input![1])];
    return this.#graph.node("Conv", operands, convAttributes(node, [h, w], cin));
  }

  /** Slopes are shared over the picture ([1, 1, C]) or given for every pixel ([H, W, C]). */
  #prelu(x: OnnxValue, slopes: string): OnnxValue {
    const { data, shape } = this.#weight(slopes);
    const [h, w, c] = shape.slice(-3);
    const planar = new Float32Array(data.length);
    for (let k = 0; k < h * w; k++) for (let i = 0; i < c; i++) planar[i * h * w + k] = data[k * c + i];
    return this.#graph.node("PRelu", [x, this.#graph.tensor(planar, [c, h, w], slopes)]);
  }

  /** Zero padding, given as [before, after] for each of N, H, W, C. */
  #pad(x: OnnxValue, { data }: TfWeight): OnnxValue {
    const order = [0, 3, 1, 2];
    return this.#graph.node("Pad", [x, this.#graph.integers([...order.map((d) => data[2 * d]), ...order.map((d) => data[2 * d + 1])])]);
  }

  #float(name: string, shape: readonly number[]): OnnxValue {
    return this.#graph.tensor(Float32Array.from(this.#weight(name).data), shape, name);
  }
}

function convAttributes(node: TfNode, kernel: readonly number[], group: number): Record<string, OnnxAttribute> {
  return {
    kernel_shape: kernel,
    group,
    auto_pad: padding(node),
    strides: integers(node.attr?.strides).slice(1, 3),
    dilations: integers(node.attr?.dilations ?? { list: { i: [1, 1, 1, 1] } }).slice(1, 3),
  };
}

/** TensorFlow's SAME puts an odd pixel of padding at the end, as ONNX's SAME_UPPER does. */
function padding(node: TfNode): string {
  const kind = text(node.attr?.padding?.s);
  if (kind !== "SAME" && kind !== "VALID") throw new RangeError(`Expected SAME or VALID padding of ${node.name} but found ${kind}`);
  return kind === "SAME" ? "SAME_UPPER" : "VALID";
}

function fusedOps(node: TfNode): string[] {
  return (node.attr?.fused_ops?.list?.s ?? []).map(text);
}

function integers(attribute: TfAttribute | undefined): number[] {
  return (attribute?.list?.i ?? []).map(Number);
}

function text(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString("latin1");
}
