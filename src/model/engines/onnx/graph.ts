import protobuf from "protobufjs";
import type { StoredTensor } from "../../weights/safetensors.js";

/** The messages of onnx.proto3 that a graph of float tensors needs, with their field numbers (ONNX IR specification, version 8). */
const SCHEMA = `
syntax = "proto3";
message OperatorSetId { string domain = 1; int64 version = 2; }
message Entry { string key = 1; string value = 2; }
message Tensor {
  repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; repeated Entry external_data = 13; int32 data_location = 14;
}
message Attribute {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8; int32 type = 20;
}
message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; string domain = 7; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message Shape { repeated Dimension dim = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Type { TensorType tensor_type = 1; }
message ValueInfo { string name = 1; Type type = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated ValueInfo input = 11; repeated ValueInfo output = 12;
}
message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated OperatorSetId opset_import = 8; }
`;

const Model = protobuf.parse(SCHEMA).root.lookupType("Model");

/** AttributeProto.AttributeType and TensorProto.DataType of onnx.proto3. */
const ATTRIBUTE = { FLOAT: 1, INT: 2, STRING: 3, FLOATS: 6, INTS: 7 } as const;
const DATA_TYPE = { float32: 1, int64: 7, float16: 10 } as const;
const STORED_TYPE = { F16: DATA_TYPE.float16, F32: DATA_TYPE.float32 } as const;

/** TensorProto.DataLocation: the values lie outside the model's bytes. */
const EXTERNAL = 1;

/** The operator-set version the graphs are written for. */
export const OPSET = 17;

/** A value of the graph, by name: a node's output, an input or an initializer. */
export type OnnxValue = string;

/** An operator's attribute. Integers are written as INT(S); wrap a number in `{ float }` for FLOAT. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] };

/** A dimension: a number, or a name for one that is known only when the graph runs. */
export type OnnxDimension = number | string;

/** A model as an inference session takes it: its graph, and beside it the weights where they lie. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** For the session's option of that name. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Builds the bytes of an ONNX model node by node. Values are named by the builder, so that a caller only hands them on:
 *
 *     const g = new OnnxGraph("double");
 *     const x = g.input("x", ["batch", 3]);
 *     g.output("y", g.node("Add", [x, x]), ["batch", 3]);
 *     const { bytes } = g.toModel();
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #externalData: { path: string; data: Uint8Array }[] = [];
  readonly #shared = new Map<string, OnnxValue>();
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares a float32 input of the graph. */
  input(name: string, shape: readonly OnnxDimension[]): OnnxValue {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Declares `value` a float32 output of the graph called `name`. */
  output(name: string, value: OnnxValue, shape: readonly OnnxDimension[]): void {
    this.#nodes.push({ opType: "Identity", name: `output_${name}`, input: [value], output: [name], attribute: [] });
    this.#outputs.push(valueInfo(name, shape));
  }

  /** Adds an operator with one output and returns it. An empty string stands for an optional input that is left out. */
  node(opType: string, inputs: readonly OnnxValue[], attributes: Record<string, OnnxAttribute> = {}, domain = ""): OnnxValue {
    return this.nodes(opType, inputs, 1, attributes, domain)[0];
  }

  /** Adds an operator with several outputs. */
  nodes(opType: string, inputs: readonly OnnxValue[], outputs: number, attributes: Record<string, OnnxAttribute> = {}, domain = ""): OnnxValue[] {
    const name = `${opType}_${this.#count++}`;
    const output = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}_${i}`));
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.#nodes.push({ opType, name, input: [...inputs], output, attribute, domain });
    return output;
  }

  /** A float32 constant or weight of the given shape, row-major. `name` makes it one value however often it is asked for. */
  tensor(data: Float32Array, shape: readonly number[], name?: string): OnnxValue {
    return this.#initializer("float32", new Uint8Array(data.buffer, data.byteOffset, data.byteLength), shape, name);
  }

  /**
   * A weight that stays where it lies instead of being copied into the model, in its own precision: what comes of it, single precision and
   * for a `permutation` of its axes another layout, the session works out once. `name` makes it one value however often it is asked for.
   */
  weight(name: string, { type, shape, bytes }: StoredTensor, permutation?: readonly number[]): OnnxValue {
    const key = `${name} ${permutation?.join() ?? ""}`, known = this.#shared.get(key);
    if (known !== undefined) return known;
    const stored = this.#external(name, type, shape, bytes);
    const turned = permutation ? this.node("Transpose", [stored], { perm: permutation }) : stored;
    const value = type === "F32" ? turned : this.node("Cast", [turned], { to: DATA_TYPE.float32 });
    this.#shared.set(key, value);
    return value;
  }

  #external(name: string, type: keyof typeof STORED_TYPE, dims: readonly number[], data: Uint8Array): OnnxValue {
    if (this.#shared.has(name)) return name;
    this.#shared.set(name, name);
    const externalData = Object.entries({ location: name, offset: "0", length: String(data.byteLength) }).map(([key, value]) => ({ key, value }));
    this.#initializers.push({ name, dims: [...dims], dataType: STORED_TYPE[type], dataLocation: EXTERNAL, externalData });
    this.#externalData.push({ path: name, data });
    return name;
  }

  /** A one-dimensional int64 constant, as shapes, axes and pads are given. */
  integers(values: readonly number[]): OnnxValue {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer("int64", new Uint8Array(data.buffer), [values.length], `integers_${values.join("_")}`);
  }

  /** A float32 scalar constant. */
  scalar(value: number): OnnxValue {
    return this.tensor(Float32Array.of(value), [], `scalar_${value}`);
  }

  #initializer(type: keyof typeof DATA_TYPE, rawData: Uint8Array, dims: readonly number[], name?: string): OnnxValue {
    const known = name === undefined ? undefined : this.#shared.get(name);
    if (known !== undefined) return known;
    const value = name ?? `constant_${this.#count++}`;
    this.#shared.set(value, value);
    this.#initializers.push({ name: value, dims: [...dims], dataType: DATA_TYPE[type], rawData });
    return value;
  }

  /** The serialized ModelProto and the weights it refers to, ready for an inference session. */
  toModel(): OnnxModel {
    const message = Model.fromObject({
      irVersion: 8,
      producerName: "reenact",
      opsetImport: [{ domain: "", version: OPSET }, { domain: "com.microsoft", version: 1 }],
      graph: { name: this.#name, node: this.#nodes, initializer: this.#initializers, input: this.#inputs, output: this.#outputs },
    });
    return { bytes: Model.encode(message).finish(), externalData: this.#externalData };
  }
}

function valueInfo(name: string, shape: readonly OnnxDimension[]): object {
  const dim = shape.map((d) => (typeof d === "number" ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: DATA_TYPE.float32, shape: { dim } } } };
}

function attributeOf(name: string, value: OnnxAttribute): object {
  if (typeof value === "number") return { name, type: ATTRIBUTE.INT, i: value };
  if (typeof value === "string") return { name, type: ATTRIBUTE.STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: ATTRIBUTE.INTS, ints: value };
  if ("float" in value) return { name, type: ATTRIBUTE.FLOAT, f: value.float };
  return { name, type: ATTRIBUTE.FLOATS, floats: (value as { floats: number[] }).floats };
}
