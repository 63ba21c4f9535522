import { OnnxGraph, type OnnxAttribute, type OnnxDimension, type OnnxModel, type OnnxValue } from "../engines/onnx/graph.js";
import type { TfAttribute, TfjsModel, TfNode, TfWeight } from "./tfjs-model-file.js";

/** A value already translated. Four-dimensional ones are NCHW in the ONNX graph where TensorFlow's are NHWC. */
interface Value {
  readonly name: OnnxValue;
  readonly rank: number;
}

/** Element-wise operators of two operands, one of which may be a constant, and what ONNX calls them. */
const BINARY: Readonly<Record<string, string>> = { Add: "Add", AddV2: "Add", Mul: "Mul", Minimum: "Min", Maximum: "Max" };

/**
 * Translates a tfjs graph model into an ONNX model that computes the same. It knows the operators of the face models:
 * convolutions (also fused with bias and activation), PReLU, ReLU, sigmoid, softmax, pooling, the mean over positions, padding,
 * element-wise arithmetic, concatenation, reshaping.
 * Images are NHWC in TensorFlow and NCHW here: the input is [batch, channels, height, width] and so is every value in between; a
 * reshape out of four dimensions and an output go back to NHWC first, so that they number their values as TensorFlow's do.
 *
 * The ONNX graph's input is called "input".
 *
 * @param outputs what the graph is to give: names of outputs, each with the node it is the value of; when left out, the model's final
 * Identity nodes under their own names. Nodes that no output needs are left away.
 * @throws RangeError naming the operator when there is one it does not know
 */
export function tfjsToOnnx(model: TfjsModel, name: string, outputs?: Readonly<Record<string, string>>): OnnxModel {
  return new Translation(model, name).run(outputs ?? finalNodes(model));
}

/** The Identity nodes that no other node reads. */
function finalNodes({ nodes }: TfjsModel): Record<string, string> {
  const used = new Set(nodes.flatMap((node) => node.input ?? []));
  return Object.fromEntries(nodes.flatMap(({ name, op }) => (op === "Identity" && !used.has(name) ? [[name, name]] : [])));
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

  run(outputs: Readonly<Record<string, string>>): OnnxModel {
    for (const [name, node] of Object.entries(outputs)) {
      const value = this.#value(node);
      this.#graph.output(name, this.#nhwc(value), Array.from({ length: value.rank }, (_, i) => `${name}_${i}`));
    }
    return this.#graph.toModel();
  }

  #nhwc({ name, rank }: Value): OnnxValue {
    return rank === 4 ? this.#graph.node("Transpose", [name], { perm: [0, 2, 3, 1] }) : name;
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
      case "Add": case "AddV2": case "Mul": case "Minimum": case "Maximum": return this.#binary(BINARY[node.op], inputs);
      case "Softmax": {
        const of = this.#value(inputs[0]); // over the channels, which are last in TensorFlow
        return { ...of, name: this.#graph.node("Softmax", [of.name], { axis: of.rank === 4 ? 1 : -1 }) };
      }
      case "Mean": return this.#mean(node, operand(0));
      case "MaxPool": return this.#image(this.#graph.node("MaxPool", [operand(0)], {
        kernel_shape: integers(node.attr?.ksize).slice(1, 3), strides: integers(node.attr?.strides).slice(1, 3), auto_pad: padding(node),
      }));
      case "Pad": return this.#image(this.#pad(operand(0), this.#weight(inputs[1])));
      case "ConcatV2": return this.#image(this.#graph.node("Concat", inputs.slice(0, -1).map((input) => this.#value(input).name), {
        axis: [0, 2, 3, 1].at(this.#weight(inputs.at(-1)!).data[0])!,
      }));
      case "Reshape": {
        const shape = Array.from(this.#weight(inputs[1]).data);
        return { name: this.#graph.node("Reshape", [this.#nhwc(this.#value(inputs[0])), this.#graph.integers(shape)]), rank: shape.length };
      }
      default: throw new RangeError(`Expected an operator that the face models use but ${node.name} is ${node.op}`);
    }
  }

  #image(name: OnnxValue): Value {
    return { name, rank: 4 };
  }

  /** Two values of one shape, or an image and a constant: a number, or one for each channel. */
  #binary(op: string, [first, second]: readonly string[]): Value {
    const value = this.#value(first);
    const constant = this.#model.weights.get(second);
    if (!constant) return { ...value, name: this.#graph.node(op, [value.name, this.#value(second).name]) };
    const { shape } = constant;
    if (shape.length > 1 || value.rank !== 4) throw new RangeError(`Expected ${second} to be a number or one per channel but it is [${shape}]`);
    return this.#image(this.#graph.node(op, [value.name, this.#float(second, shape.length === 0 ? [] : [shape[0], 1, 1])]));
  }

  /** The mean over an image's positions. */
  #mean(node: TfNode, x: OnnxValue): Value {
    const axes = Array.from(this.#weight(node.input![1]).data);
    if (axes.join() !== "1,2") throw new RangeError(`Expected ${node.name} to average over height and width but it does over [${axes}]`);
    const keep = node.attr?.keep_dims?.b === true;
    return { name: this.#graph.node("ReduceMean", [x], { axes: [2, 3], keepdims: keep ? 1 : 0 }), rank: keep ? 4 : 2 };
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
