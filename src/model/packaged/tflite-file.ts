/** A table of a FlatBuffer; fields go by their number in the schema. */
class Table {
  constructor(readonly view: DataView, readonly at: number) {}

  /** Where a field's value lies; 0 when it is left out. */
  #field(index: number): number {
    const { view, at } = this, vtable = at - view.getInt32(at, true), slot = 4 + 2 * index;
    const offset = slot < view.getUint16(vtable, true) ? view.getUint16(vtable + slot, true) : 0;
    return offset === 0 ? 0 : at + offset;
  }

  byte(index: number): number {
    const at = this.#field(index);
    return at === 0 ? 0 : this.view.getInt8(at);
  }

  integer(index: number): number {
    const at = this.#field(index);
    return at === 0 ? 0 : this.view.getInt32(at, true);
  }

  /** The table that a field refers to. */
  table(index: number): Table | undefined {
    const at = this.#field(index);
    return at === 0 ? undefined : new Table(this.view, at + this.view.getUint32(at, true));
  }

  bytes(index: number, size = 1): Uint8Array {
    const at = this.#field(index);
    if (at === 0) return new Uint8Array(0);
    const vector = at + this.view.getUint32(at, true), count = this.view.getUint32(vector, true);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + vector + 4, count * size);
  }

  integers(index: number): number[] {
    const { buffer, byteOffset, byteLength } = this.bytes(index, 4), view = new DataView(buffer, byteOffset, byteLength);
    return Array.from({ length: byteLength / 4 }, (_, i) => view.getInt32(4 * i, true));
  }

  tables(index: number): Table[] {
    const { byteOffset } = this.bytes(index, 4), start = byteOffset - this.view.byteOffset;
    return this.integers(index).map((offset, i) => new Table(this.view, start + 4 * i + offset));
  }

  text(index: number): string {
    return new TextDecoder().decode(this.bytes(index));
  }
}

/** Element types of TensorFlow Lite that are read. */
export const TFLITE_TYPE = { float32: 0, float16: 1, int32: 2 } as const;

/** A value of the graph; `data` is empty where it is computed. */
export interface TfliteTensor {
  readonly shape: readonly number[];
  /** See {@link TFLITE_TYPE}. */
  readonly type: number;
  readonly data: Uint8Array;
}

/** An operator, with the numbers of its tensors. */
export interface TfliteOperator {
  /** BuiltinOperator of the schema; 32 for those that have a name of their own. */
  readonly code: number;
  readonly custom: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** An option that is a byte (an enumeration, a truth value) or an integer, by its number in the operator's table; 0 where left out. */
  byte(index: number): number;
  integer(index: number): number;
}

/** A TensorFlow Lite model of one graph, operators in the order in which they run. */
export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operators: readonly TfliteOperator[];
}

/**
 * Reads a `.tflite` file (FlatBuffers; TensorFlow's schema.fbs, version 3).
 *
 * @throws RangeError when it is not one
 */
export function readTflite(file: Uint8Array): TfliteModel {
  if (new TextDecoder().decode(file.subarray(4, 8)) !== "TFL3") throw new RangeError("Expected a TensorFlow Lite model (TFL3) but the bytes are of another kind");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength), root = new Table(view, view.getUint32(0, true));
  // Codes up to 126 were once a byte; whoever reads takes the larger of the two fields.
  const codes = root.tables(1).map((code) => ({ code: Math.max(code.byte(0), code.integer(3)), custom: code.text(1) }));
  const graph = root.tables(2)[0], buffers = root.tables(4);
  return {
    tensors: graph.tables(0).map((tensor) => ({ shape: tensor.integers(0), type: tensor.byte(1), data: buffers[tensor.integer(2)].bytes(0) })),
    inputs: graph.integers(1),
    outputs: graph.integers(2),
    operators: graph.tables(3).map((operator) => {
      const options = operator.table(4);
      return {
        ...codes[operator.integer(0)], inputs: operator.integers(1), outputs: operator.integers(2),
        byte: (index: number) => options?.byte(index) ?? 0, integer: (index: number) => options?.integer(index) ?? 0,
      };
    }),
  };
}
