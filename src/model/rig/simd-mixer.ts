import { I32, instantiate, moduleOf, V128, wasm, type Code } from "../compositing/wasm-code.js";
import { PLACE_BYTES, UNSEEN, type BackgroundMixer } from "./background-mixer.js";

/** Where things lie in the module's memory: shifts, the pixels that came, those that go, places. */
interface Layout {
  readonly shift: number;
  readonly came: number;
  readonly goes: number;
  readonly places: number;
  readonly size: number;
}

/**
 * {@link BackgroundMixer} in WebAssembly with SIMD, where `SimdWarper.supported`: all channels of a place at once. It differs from the
 * script's result by rounding only. The code is assembled for its box, so that every address and size in it is a constant.
 */
export class SimdMixer implements BackgroundMixer {
  readonly places: Uint8Array;
  readonly #shift: Float32Array;
  readonly #came: Uint8Array;
  readonly #goes: Uint8Array;
  readonly #run: (first: number, count: number, row: number) => void;

  /** @param width of the box, likewise its height: pixels */
  constructor(width: number, height: number) {
    const layout = layOut(width, height), { buffer, run } = instantiate(assemble(layout, width, height), layout.size);
    this.places = new Uint8Array(buffer, layout.places, PLACE_BYTES * width * height);
    this.#shift = new Float32Array(buffer, layout.shift, 2 * width);
    this.#came = new Uint8Array(buffer, layout.came, 3 * width);
    this.#goes = new Uint8Array(buffer, layout.goes, 3 * width);
    this.#run = run;
  }

  mix(shift: Float32Array, row: number, from: number, to: number, out: Uint8ClampedArray, at: number): void {
    const bytes = 3 * (to - from);
    this.#shift.set(shift.subarray(2 * from, 2 * to));
    this.#came.set(out.subarray(at, at + bytes));
    this.#run(from, to - from, row);
    out.set(this.#goes.subarray(0, bytes), at);
  }
}

function layOut(width: number, height: number): Layout {
  const aligned = (address: number) => Math.ceil(address / 16) * 16;
  const came = aligned(8 * width), goes = aligned(came + 3 * width + 4), places = aligned(goes + 3 * width + 4);
  // The place behind the last one, and the row below it, are read and count for nothing.
  return { shift: 0, came, goes, places, size: places + PLACE_BYTES * (width * (height + 1) + 2) };
}

/** Parameters of the function, then its locals. */
const FIRST = 0, COUNT = 1, ROW = 2, SHIFT = 3, END = 4, PIXEL = 5, CORNER = 6, OWN = 7;
const PLACE = 8, FROM = 9, WHOLE = 10, ACROSS = 11, DOWN = 12, ABOVE = 13, BELOW = 14, BACK = 15, SHARE = 16, HERE = 17;
const ZERO = new Array<number>(16).fill(0);

/** Four numbers of 32 bits out of bytes of a vector (255: a 0). */
const bytes = (...chosen: number[]): number[] => chosen.flatMap((byte) => [byte, 255, 255, 255]);
/** The four bytes of one of a vector's four numbers, four times. */
const lane = (index: number): number[] => [0, 1, 2, 3].flatMap(() => [0, 1, 2, 3].map((byte) => 4 * index + byte));

function assemble(layout: Layout, width: number, height: number): Uint8Array<ArrayBuffer> {
  const { get, set, tee, i32, v128, i32x4, i16x8, f32x4 } = wasm, row = PLACE_BYTES * width;
  const all = (value: number): Code => f32x4.const(value, value, value, value);
  /** Rounds small floats to integers: see `SimdWarper`. */
  const round = (magic: number): Code[] => [all(magic), f32x4.add, all(magic), i32x4.sub];
  /** Bytes of what is on the stack as floats. */
  const floats = (...chosen: number[]): Code[] => [v128.const(bytes(...chosen)), v128.swizzle, i32x4.toF32];
  /** Of what two neighbours hold, as much of each as the column lies between them. */
  const along = (pair: number, first: readonly number[], second: readonly number[]): Code[] => [
    get(pair), ...floats(...first), get(pair), ...floats(...second), get(pair), ...floats(...first), f32x4.sub, get(ACROSS), f32x4.mul, f32x4.add,
  ];
  /** The same of the four places round a point. @param local keeps what is between the upper two */
  const between = (first: readonly number[], second: readonly number[], local: number): Code[] => [
    ...along(ABOVE, first, second), tee(local), ...along(BELOW, first, second), get(local), f32x4.sub, get(DOWN), f32x4.mul, f32x4.add,
  ];
  const body: Code[] = [
    i32.const(layout.shift), tee(SHIFT), get(COUNT), i32.const(8), i32.mul, i32.add, set(END),
    i32.const(0), set(PIXEL),
    get(ROW), i32.const(width), i32.mul, get(FIRST), i32.add, i32.const(3), i32.shl, set(OWN),
    all(0), get(FIRST), i32.toF32, f32x4.replace(0), get(ROW), i32.toF32, f32x4.replace(1), set(PLACE),
    wasm.loop,
    // Where it came from, the four places round that, and how far between them it lies.
    f32x4.const(width - 1.001, height - 1.001, 0, 0), all(0), get(SHIFT), v128.load64Zero(0), get(PLACE), f32x4.add, f32x4.pmax, f32x4.pmin, tee(FROM),
    f32x4.floor, set(WHOLE),
    get(FROM), get(WHOLE), f32x4.sub, tee(FROM), v128.const(lane(0)), v128.swizzle, set(ACROSS), get(FROM), v128.const(lane(1)), v128.swizzle, set(DOWN),
    get(WHOLE), ...round(2 ** 23), tee(WHOLE),
    i32x4.extract(0), i32.const(3), i32.shl, get(WHOLE), i32x4.extract(1), i32.const(row), i32.mul, i32.add, tee(CORNER),
    v128.load(layout.places), set(ABOVE), get(CORNER), v128.load(layout.places + row), set(BELOW),
    // What was background of what came, and how much of it.
    ...between([0, 1, 2, 3], [8, 9, 10, 11], BACK), set(BACK),
    all(1), get(BACK), v128.const(lane(3)), v128.swizzle, all(1 / 255), f32x4.mul, f32x4.sub, set(SHARE),
    get(OWN), v128.load64Zero(layout.places), set(HERE),
    get(PIXEL), v128.load32Zero(layout.came), ...floats(0, 1, 2, 255),
    // Its own background for that, and the texture as far as it was hidden and comes out; nothing where too little of either shows.
    get(HERE), ...floats(0, 1, 2, 3), get(BACK), f32x4.sub, get(SHARE), f32x4.mul,
    get(HERE), ...floats(5, 6, 7, 255), all(128), f32x4.sub,
    all(0), all(1), ...between([4, 4, 4, 4], [12, 12, 12, 12], BACK), get(HERE), ...floats(4, 4, 4, 4), f32x4.div, f32x4.sub, f32x4.pmax, f32x4.mul,
    f32x4.add, get(SHARE), all(UNSEEN), f32x4.lt, v128.andNot,
    f32x4.add, ...round(1.5 * 2 ** 23), v128.const(ZERO), i32x4.narrow, v128.const(ZERO), i16x8.narrowU, set(FROM),
    // Four bytes for a pixel of three: the next pixel overwrites the fourth, and behind the last one there is room.
    get(PIXEL), get(FROM), v128.store32Lane(layout.goes, 0),
    get(PIXEL), i32.const(3), i32.add, set(PIXEL),
    get(OWN), i32.const(PLACE_BYTES), i32.add, set(OWN),
    get(PLACE), f32x4.const(1, 0, 0, 0), f32x4.add, set(PLACE),
    get(SHIFT), i32.const(8), i32.add, tee(SHIFT), get(END), i32.ltU, wasm.branchIf(0),
    wasm.end,
  ];
  const integers = new Array<number>(5).fill(I32), vectors = new Array<number>(10).fill(V128);
  return moduleOf([I32, I32, I32], [...integers, ...vectors], body);
}
