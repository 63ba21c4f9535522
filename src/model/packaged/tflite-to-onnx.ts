import { OnnxGraph, type OnnxModel, type OnnxValue } from "../engines/onnx/graph.js";
import { widen } from "../weights/safetensors.js";
import { TFLITE_TYPE, type TfliteModel, type TfliteOperator, type TfliteTensor } from "./tflite-file.js";

/** BuiltinOperator of TensorFlow Lite's schema: what the person model is made of. */
const ADD = 0, AVERAGE_POOL = 1, CONV = 3, DEPTHWISE = 4, DEQUANTIZE = 6, LOGISTIC = 14, MUL = 18, RELU = 19, RESIZE_BILINEAR = 23, CUSTOM = 32, HARD_SWISH = 117;
/** MediaPipe's own operator: a transposed convolution with a bias; its options are not a table, the model's is 2×2 by steps of 2. */
const TRANSPOSE = "Convolution2DTransposeBias";

/**
 * Translates a TensorFlow Lite model into an ONNX model that computes the same; weights may be half precision. It knows the operators of
 * MediaPipe's selfie segmentation. Pictures are NHWC there and NCHW here.
 *
 * The ONNX graph's input is called "input" and its output "output".
 *
 * @throws RangeError naming the operator when there is one it does not know
 */
export function tfliteToOnnx(model: TfliteModel, name: string): OnnxModel {
  const graph = new OnnxGraph(name), values = new Map<number, OnnxValue>(), weights = new Map<number, { shape: readonly number[]; data: Float32Array }>();
  const value = (index: number) => values.get(index) ?? fail(`Expected tensor ${index} to be computed before it is used but it is not`);
  const weight = (index: number) => weights.get(index) ?? constant(model.tensors[index], index);
  const planar = (index: number) => [0, 3, 1, 2].map((axis) => model.tensors[index].shape[axis]);
  values.set(model.inputs[0], graph.input("input", planar(model.inputs[0])));
  for (const operator of model.operators) {
    const { code, custom, inputs, outputs: [out] } = operator;
    if (code === DEQUANTIZE) {
      weights.set(out, weight(inputs[0]));
      continue;
    }
    const filtered = (op: string, group: (channels: number) => number, filter: { data: Float32Array; shape: readonly number[] }, attributes: object) => graph.node(op, [
      value(inputs[0]), graph.tensor(filter.data, filter.shape), graph.tensor(weight(inputs[2]).data, weight(inputs[2]).shape),
    ], { kernel_shape: filter.shape.slice(2), group: group(filter.shape[0]), ...attributes });
    const both = () => [value(inputs[0]), value(inputs[1])];
    switch (code === CUSTOM ? custom : code) {
      case ADD: values.set(out, graph.node("Add", both())); break;
      case MUL: values.set(out, graph.node("Mul", both())); break;
      case RELU: values.set(out, graph.node("Relu", [value(inputs[0])])); break;
      case LOGISTIC: values.set(out, graph.node("Sigmoid", [value(inputs[0])])); break;
      case HARD_SWISH: values.set(out, graph.node("HardSwish", [value(inputs[0])])); break;
      case AVERAGE_POOL: values.set(out, graph.node("AveragePool", [value(inputs[0])], {
        kernel_shape: [operator.integer(4), operator.integer(3)], strides: [operator.integer(2), operator.integer(1)], auto_pad: padding(operator),
      })); break;
      // Filters are [out, height, width, in], those of depthwise convolutions [1, height, width, channels].
      case CONV: values.set(out, filtered("Conv", () => 1, transposed(weight(inputs[1]), [0, 3, 1, 2]), strided(operator))); break;
      case DEPTHWISE: values.set(out, filtered("Conv", (channels) => channels, transposed(weight(inputs[1]), [3, 0, 1, 2]), strided(operator))); break;
      case TRANSPOSE: values.set(out, filtered("ConvTranspose", () => 1, transposed(weight(inputs[1]), [3, 0, 1, 2]), { strides: [2, 2] })); break;
      case RESIZE_BILINEAR: {
        const half = operator.byte(3) !== 0;
        if (operator.byte(2) !== 0) throw new RangeError("Expected RESIZE_BILINEAR without aligned corners");
        values.set(out, graph.node("Resize", [value(inputs[0]), "", "", graph.integers(planar(out))], {
          mode: "linear", coordinate_transformation_mode: half ? "half_pixel" : "asymmetric",
        }));
        break;
      }
      default: throw new RangeError(`Expected an operator of the person model but found number ${code}${custom && `, ${custom}`}`);
    }
  }
  graph.output("output", value(model.outputs[0]), planar(model.outputs[0]));
  return graph.toModel();
}

function strided(operator: TfliteOperator): { strides: number[]; auto_pad: string } {
  return { strides: [operator.integer(2), operator.integer(1)], auto_pad: padding(operator) };
}

function padding(operator: TfliteOperator): string {
  return operator.byte(0) === 0 ? "SAME_UPPER" : "VALID";
}

function constant({ type, data, shape }: TfliteTensor, index: number): { shape: readonly number[]; data: Float32Array } {
  const bytes = data.slice().buffer;
  if (type === TFLITE_TYPE.float32) return { shape, data: new Float32Array(bytes) };
  if (type !== TFLITE_TYPE.float16) return fail(`Expected tensor ${index} to hold floats but its type is ${type}`);
  return { shape, data: widen(new Uint16Array(bytes)) };
}

/** A four-dimensional constant with its axes in another order. */
function transposed({ shape, data }: { shape: readonly number[]; data: Float32Array }, order: readonly number[]): { shape: number[]; data: Float32Array } {
  const to = order.map((axis) => shape[axis]), strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const [p, q, r, s] = order.map((axis) => strides[axis]), out = new Float32Array(data.length);
  for (let a = 0, n = 0; a < to[0]; a++) {
    for (let b = 0; b < to[1]; b++) for (let c = 0; c < to[2]; c++) for (let d = 0; d < to[3]; d++, n++) out[n] = data[a * p + b * q + c * r + d * s];
  }
  return { shape: to, data: out };
}

function fail(message: string): never {
  throw new RangeError(message);
}
