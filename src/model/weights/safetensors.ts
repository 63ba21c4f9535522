import { Float16Array } from "@petamoriken/float16";
import { ReenactError } from "../../errors.js";
import type { Weights } from "../network/initialize.js";
import { elements } from "../network/parameters.js";

/** How numbers are stored: half precision for what is shipped, single for what training goes on from. */
export type StoredType = "F16" | "F32";

/** A tensor as a file holds it, little-endian and row-major; a view of the file's bytes. */
export interface StoredTensor {
  readonly type: StoredType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A tensor of any of the types below. */
export interface RawTensor {
  readonly type: keyof typeof WIDTHS;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Bytes of a number of each type that is read here. */
const WIDTHS = { F16: 2, F32: 4, U16: 2, U8: 1, I8: 1 } as const;

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] } | Record<string, string>>;

/**
 * Writes weights in the safetensors format.
 *
 * @param metadata free text by key, kept in the header's `__metadata__`
 */
export function encodeSafetensors(weights: Weights, type: StoredType, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return writeSafetensors(new Map([...weights].map(([name, { shape, data }]) => {
    const { buffer, byteOffset, byteLength } = type === "F16" ? new Float16Array(data) : data;
    return [name, { type, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) }];
  })), metadata);
}

/** Writes tensors in the safetensors format (Hugging Face, version 0.3): 8 bytes of header length, a JSON header, the tensors. */
export function writeSafetensors(tensors: ReadonlyMap<string, RawTensor>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Header = { __metadata__: { ...metadata } };
  let offset = 0;
  for (const [name, { type, shape, bytes }] of tensors) {
    const end = offset + bytes.length;
    header[name] = { dtype: type, shape: [...shape], data_offsets: [offset, end] };
    offset = end;
  }
  // Padded with blanks so that tensors start at a multiple of 8.
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + 8 * Math.ceil(text.length / 8);
  const file = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let at = start;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Reads what {@link encodeSafetensors} or another writer of F16 and F32 tensors wrote. Nothing is copied or converted.
 *
 * @throws ReenactError MODEL_CORRUPT when the bytes are not a complete safetensors file of these types
 */
export function readSafetensors(file: Uint8Array): { tensors: Map<string, StoredTensor>; metadata: Record<string, string> } {
  const { tensors, metadata } = parseSafetensors(file);
  for (const [name, { type }] of tensors) if (type !== "F16" && type !== "F32") throw corrupt(`"${name}" as ${type} instead of F16 or F32`);
  return { tensors: tensors as Map<string, StoredTensor>, metadata };
}

/**
 * Reads a safetensors file of F16, F32, U16, U8 and I8 tensors. Nothing is copied or converted.
 *
 * @throws ReenactError MODEL_CORRUPT when the bytes are not a complete safetensors file of these types
 */
export function parseSafetensors(file: Uint8Array): { tensors: Map<string, RawTensor>; metadata: Record<string, string> } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.length >= 8 ? Number(view.getBigUint64(0, true)) : Infinity;
  if (!(length <= file.length - 8)) throw corrupt(`${file.length} bytes without a complete header`);
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Header;
  } catch (cause) {
    throw new ReenactError("MODEL_CORRUPT", "Expected a safetensors file but its header is not JSON; fetch or train the weights again", { cause });
  }
  const tensors = new Map<string, RawTensor>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      metadata = entry as Record<string, string>;
      continue;
    }
    const { dtype, shape, data_offsets: [from, to] } = entry as { dtype: RawTensor["type"]; shape: number[]; data_offsets: [number, number] };
    const width = Object.hasOwn(WIDTHS, dtype) ? WIDTHS[dtype] : 0;
    if (width === 0 || to - from !== width * elements(shape) || 8 + length + to > file.length) throw corrupt(`a damaged entry "${name}"`);
    tensors.set(name, { type: dtype, shape, bytes: file.subarray(8 + length + from, 8 + length + to) });
  }
  return { tensors, metadata };
}

function corrupt(found: string): ReenactError {
  return new ReenactError("MODEL_CORRUPT", `Expected a safetensors file but found ${found}; fetch or train the weights again`);
}

/** {@link readSafetensors} with every tensor's values, in single precision. @throws ReenactError as it does */
export function decodeSafetensors(file: Uint8Array): { weights: Weights; metadata: Record<string, string> } {
  const { tensors, metadata } = readSafetensors(file);
  return { weights: tensorValues(tensors), metadata };
}

/** The values of stored tensors, in single precision; copies. */
export function tensorValues(tensors: ReadonlyMap<string, StoredTensor>): Weights {
  return new Map([...tensors].map(([name, { type, shape, bytes }]) => {
    const { buffer } = new Uint8Array(bytes); // a copy, aligned; a Buffer's slice() is none
    return [name, { shape, data: type === "F16" ? widen(new Uint16Array(buffer)) : new Float32Array(buffer) }];
  }));
}

/** Values in single precision as a stored tensor; not copied. */
export function storedTensor(shape: readonly number[], { buffer, byteOffset, byteLength }: Float32Array): StoredTensor {
  return { type: "F32", shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** Half precision to single, by a table of all 65,536 halves: converting millions of weights one by one takes seconds. */
export function widen(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from(new Float16Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer));
  const values = table;
  const data = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) data[i] = values[halves[i]];
  return data;
}

let table: Float32Array | undefined;
