/**
 * The few words of WebAssembly that the warp's inner loop is written in: each function gives the bytes of one instruction
 * (WebAssembly core specification 2.0, "Binary Format"; SIMD instructions included). Operands are on the stack, as in the text format.
 */
export type Code = readonly number[];

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

/** Signed LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    if ((value === 0 && !(byte & 0x40)) || (value === -1 && byte & 0x40)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const simd = (operation: number, ...immediates: number[]): Code => [0xfd, ...unsigned(operation), ...immediates];
/** Offset of an access; addresses need not be aligned. */
const at = (offset: number): number[] => [0, ...unsigned(offset)];

/** Instructions by the names of the text format. */
export const wasm = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  tee: (local: number): Code => [0x22, ...unsigned(local)],
  loop: [0x03, 0x40] as Code,
  end: [0x0b] as Code,
  branchIf: (depth: number): Code => [0x0d, ...unsigned(depth)],
  drop: [0x1a] as Code,
  i32: {
    const: (value: number): Code => [0x41, ...signed(value)],
    add: [0x6a] as Code,
    mul: [0x6c] as Code,
    shl: [0x74] as Code,
    ltU: [0x49] as Code,
    toF32: [0xb2] as Code,
  },
  v128: {
    const: (bytes: readonly number[]): Code => simd(0x0c, ...bytes),
    load: (offset: number): Code => simd(0x00, ...at(offset)),
    load32Splat: (offset: number): Code => simd(0x09, ...at(offset)),
    load32Zero: (offset: number): Code => simd(0x5c, ...at(offset)),
    load64Zero: (offset: number): Code => simd(0x5d, ...at(offset)),
    store32Lane: (offset: number, lane: number): Code => simd(0x5a, ...at(offset), lane),
    swizzle: simd(0x0e),
    /** Of two vectors of bits, those of the first that the second has not. */
    andNot: simd(0x4f),
  },
  i32x4: {
    extract: (lane: number): Code => simd(0x1b, lane),
    add: simd(0xae),
    sub: simd(0xb1),
    /** Four sums of two products of 16-bit numbers. */
    dotI16: simd(0xba),
    toF32: simd(0xfa),
    /** To 16 bits, held inside their range. */
    narrow: simd(0x85),
  },
  /** 16-bit numbers to bytes, held inside 0…255. */
  i16x8: { narrowU: simd(0x66) },
  f32x4: {
    const: (...lanes: [number, number, number, number]): Code => simd(0x0c, ...new Uint8Array(Float32Array.from(lanes).buffer)),
    replace: (lane: number): Code => simd(0x20, lane),
    abs: simd(0xe0),
    add: simd(0xe4),
    sub: simd(0xe5),
    mul: simd(0xe6),
    div: simd(0xe7),
    /** The first where the second is not smaller (so a NaN there counts for nothing). */
    pmin: simd(0xea),
    /** The first where it is not smaller than the second. */
    pmax: simd(0xeb),
    floor: simd(0x68),
    lt: simd(0x43),
  },
} as const;

/** What is used here of WebAssembly, which TypeScript declares for browsers only. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
};

/** Types of values, as the binary format writes them. */
export const I32 = 0x7f, V128 = 0x7b;

/**
 * A module of one function, exported as `run`, over the imported memory `env.memory`.
 *
 * @param parameters types of the function's parameters; it returns nothing
 * @param locals types of its further locals
 * @param body its instructions, without the last `end`
 */
export function moduleOf(parameters: readonly number[], locals: readonly number[], body: readonly Code[]): Uint8Array<ArrayBuffer> {
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
  const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
  const code = [...unsigned(locals.length), ...locals.flatMap((type) => [1, type]), ...body.flat(), ...wasm.end];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
    ...section(2, [1, ...name("env"), ...name("memory"), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name("run"), 0x00, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** Whether this machine can run a module. */
export function validates(module: Uint8Array<ArrayBuffer>): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(module);
}

/** Starts a module of {@link moduleOf} that takes three numbers. @param size of its memory, bytes at least */
export function instantiate(module: Uint8Array<ArrayBuffer>, size: number): { readonly buffer: ArrayBuffer; readonly run: (first: number, second: number, third: number) => void } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / 65536) }), { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } });
  return { buffer: memory.buffer, run: exports.run as (first: number, second: number, third: number) => void };
}
