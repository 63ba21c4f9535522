import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ReenactError } from "../../errors.js";
import { widen } from "../weights/safetensors.js";

/** An attribute of a TensorFlow node as the tfjs converter writes it: 64-bit integers are strings, byte strings are base64. */
export interface TfAttribute {
  readonly s?: string;
  readonly b?: boolean;
  readonly list?: { readonly i?: readonly (string | number)[]; readonly s?: readonly string[] };
  readonly shape?: { readonly dim?: readonly { readonly size: string | number }[] };
}

/** A node of a TensorFlow graph. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfAttribute>>;
}

/** A constant of the graph, row-major. */
export interface TfWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** A tfjs graph model: its nodes in no particular order, and its constants by name. */
export interface TfjsModel {
  readonly nodes: readonly TfNode[];
  readonly weights: ReadonlyMap<string, TfWeight>;
}

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string };
}

interface ModelJson {
  readonly modelTopology: { readonly node: readonly TfNode[] };
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly ManifestWeight[] }[];
}

/**
 * Reads a tfjs graph model (`model.json` and the weight files that it names, beside it). Weights are float32 or int32, or float32 kept
 * in 16 bits.
 *
 * @throws ReenactError MODEL_MISSING when a file cannot be read, MODEL_CORRUPT when the weights do not fit the description
 */
export async function readTfjsModel(jsonPath: string): Promise<TfjsModel> {
  const json = JSON.parse((await readModelFile(jsonPath)).toString("utf8")) as ModelJson;
  const weights = new Map<string, TfWeight>();
  for (const group of json.weightsManifest) {
    const files = await Promise.all(group.paths.map((path) => readModelFile(join(dirname(jsonPath), path))));
    const bytes = Uint8Array.from(files.length === 1 ? files[0] : Buffer.concat(files)).buffer;
    let offset = 0;
    for (const weight of group.weights) {
      const count = weight.shape.reduce((n, d) => n * d, 1);
      const half = weight.quantization?.dtype === "float16";
      const size = count * (half ? 2 : 4);
      if ((weight.quantization && !half) || offset + size > bytes.byteLength || !["float32", "int32"].includes(weight.dtype)) {
        throw new ReenactError("MODEL_CORRUPT", `Expected ${count} float or int values for ${weight.name} in the weights of ${jsonPath} but `
          + "they are missing or of another kind; install the package again");
      }
      weights.set(weight.name, { shape: weight.shape, data: decode(bytes, offset, count, half, weight.dtype) });
      offset += size;
    }
  }
  return { nodes: json.modelTopology.node, weights };
}

async function readModelFile(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new ReenactError("MODEL_MISSING", `Expected the model file ${path} but it cannot be read; install the package again`, { cause });
  });
}

function decode(bytes: ArrayBuffer, offset: number, count: number, half: boolean, dtype: string): Float32Array | Int32Array {
  if (half) return widen(new Uint16Array(bytes.slice(offset, offset + 2 * count)));
  const slice = bytes.slice(offset, offset + 4 * count); // a group that mixes 16 and 32 bits leaves offsets unaligned
  return dtype === "int32" ? new Int32Array(slice) : new Float32Array(slice);
}
