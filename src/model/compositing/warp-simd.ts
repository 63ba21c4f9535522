import type { Pixels } from "../../frame.js";
import { cubicWeights } from "../geometry/kernels.js";
import { SLOPE, STILL, type PhotoBox, type RowWarper } from "./row-warper.js";
import { I32, instantiate, moduleOf, validates, V128, wasm, type Code } from "./wasm-code.js";

/** Steps per pixel of the kernel's tables, and what a weight of 1 is in the fixed-point one. */
const STEPS = 512, ONE = 2048;
/** Flow that points further than this share of the box's longer side beyond the box reads what is there instead. */
const MARGIN = 0.3;

/** Where things lie in the module's memory; the picture is RGBx, one pixel of border before it and two behind. */
interface Layout {
  readonly rowTable: number;
  readonly shift: number;
  readonly line: number;
  readonly picture: number;
  readonly size: number;
  /** Bytes of a row of the picture. */
  readonly stride: number;
}

/**
 * {@link RowWarper} in WebAssembly with SIMD, about four times as fast: all three channels of a pixel are computed at once,
 * in fixed point along the rows and in floating point across them. It differs from the script's result by rounding only.
 *
 * The code is assembled here, for this picture, so that every address and size in it is a constant.
 */
export class SimdWarper implements RowWarper {
  readonly shift: Float32Array;
  private readonly photoWidth: number;
  private readonly box: PhotoBox;
  private readonly line: Uint8Array;
  private readonly run: (first: number, count: number, y: number) => void;

  /** Whether this machine can run it. */
  static supported(): boolean {
    return validates(moduleOf([], [], [wasm.v128.const(ZERO), wasm.i32x4.toF32, wasm.drop]));
  }

  constructor(photo: Pixels, box: PhotoBox) {
    this.photoWidth = photo.width;
    this.box = box;
    const area = areaOf(photo, box);
    const layout = layOut(area, box.width);
    const { buffer, run } = instantiate(assemble(layout, area, box), layout.size);
    writeTables(buffer, layout);
    writePicture(buffer, layout, photo, area);
    this.shift = new Float32Array(buffer, layout.shift, box.width * 2);
    this.line = new Uint8Array(buffer, layout.line, box.width * 3);
    this.run = run;
  }

  warp(y: number, from: number, to: number, out: Uint8ClampedArray): void {
    this.run(from, to - from, y);
    out.set(this.line.subarray(from * 3, to * 3), ((this.box.top + y) * this.photoWidth + this.box.left + from) * 3);
  }
}

/** The part of the photo that the warp may read. */
function areaOf(photo: Pixels, box: PhotoBox): PhotoBox {
  const margin = Math.ceil(MARGIN * Math.max(box.width, box.height));
  const left = Math.max(0, box.left - margin), top = Math.max(0, box.top - margin);
  return {
    left, top,
    width: Math.max(0, Math.min(photo.width, box.left + box.width + margin) - left),
    height: Math.max(0, Math.min(photo.height, box.top + box.height + margin) - top),
  };
}

function layOut(area: PhotoBox, rowLength: number): Layout {
  const aligned = (address: number) => Math.ceil(address / 16) * 16;
  const rowTable = aligned(8 * (STEPS + 1));
  const shift = aligned(rowTable + 16 * (STEPS + 1));
  const line = aligned(shift + 8 * rowLength);
  const picture = aligned(line + 3 * rowLength + 4);
  const stride = 4 * (area.width + 3);
  return { rowTable, shift, line, picture, stride, size: picture + stride * (area.height + 3) + 16 };
}

/** Weights along a row as four 16-bit numbers that sum to ONE, across rows as four floats that sum to 1/ONE. */
function writeTables(buffer: ArrayBuffer, { rowTable }: Layout): void {
  const along = new Int16Array(buffer, 0, 4 * (STEPS + 1)), across = new Float32Array(buffer, rowTable, 4 * (STEPS + 1));
  for (let k = 0; k <= STEPS; k++) {
    const weights = cubicWeights(k / STEPS, SLOPE);
    const rounded = weights.map((w) => Math.round(ONE * w));
    const largest = weights[1] > weights[2] ? 1 : 2;
    rounded[largest] += ONE - rounded.reduce((a, b) => a + b);
    along.set(rounded, 4 * k);
    across.set(weights.map((w) => w / ONE), 4 * k);
  }
}

function writePicture(buffer: ArrayBuffer, { picture, stride }: Layout, { data, width }: Pixels, area: PhotoBox): void {
  const bytes = new Uint8Array(buffer, picture);
  for (let y = 0; y < area.height + 3; y++) {
    const row = area.top + Math.min(area.height - 1, Math.max(0, y - 1));
    for (let x = 0, to = y * stride; x < area.width + 3; x++, to += 4) {
      const from = (row * width + area.left + Math.min(area.width - 1, Math.max(0, x - 1))) * 3;
      bytes[to] = data[from];
      bytes[to + 1] = data[from + 1];
      bytes[to + 2] = data[from + 2];
    }
  }
}

/** Parameters of the function, then its locals. */
const FIRST = 0, COUNT = 1, ROW = 2, SHIFT = 3, END = 4, TO = 5, CORNER = 6, ALONG = 7, ACROSS = 8;
const PLACE = 9, FROM = 10, WHOLE = 11, PAIR = 12, PAIR2 = 13, PIXELS = 14, ORDER = 15, ORDER2 = 16;

/** Bytes of four RGBx pixels → 16-bit R₀R₁ G₀G₁ B₀B₁ x₀x₁ and R₂R₃ G₂G₃ …: what the dot product with two weights takes (255: a 0). */
const FIRST_PAIR = [0, 1, 2, 3].flatMap((c) => [c, 255, c + 4, 255]), SECOND_PAIR = FIRST_PAIR.map((byte) => (byte < 255 ? byte + 8 : byte));
const ZERO = new Array<number>(16).fill(0);

function assemble(layout: Layout, area: PhotoBox, box: PhotoBox): Uint8Array<ArrayBuffer> {
  const { get, set, tee, i32, v128, i32x4, i16x8, f32x4 } = wasm;
  const all = (value: number): Code => f32x4.const(value, value, value, value);
  /** Rounds small floats to integers: beside this number a float has no room for a fraction, and its lowest bits are the integer. */
  const round = (magic: number): Code[] => [all(magic), f32x4.add, all(magic), i32x4.sub];
  /** One of the four rows of taps: three channels at once, weighed along and across. */
  const taps = (row: number): Code[] => [
    get(CORNER), v128.load(layout.picture + row * layout.stride), tee(PIXELS), get(ORDER), v128.swizzle, get(PAIR), i32x4.dotI16,
    get(PIXELS), get(ORDER2), v128.swizzle, get(PAIR2), i32x4.dotI16,
    i32x4.add, i32x4.toF32, get(ACROSS), v128.load32Splat(layout.rowTable + 4 * row), f32x4.mul,
  ];
  const body: Code[] = [
    get(FIRST), i32.const(8), i32.mul, i32.const(layout.shift), i32.add, tee(SHIFT), get(COUNT), i32.const(8), i32.mul, i32.add, set(END),
    get(FIRST), i32.const(3), i32.mul, i32.const(layout.line), i32.add, set(TO),
    v128.const(FIRST_PAIR), set(ORDER), v128.const(SECOND_PAIR), set(ORDER2),
    // Column and row of the pixel in the area; x and y go together through the first two lanes.
    all(0), get(FIRST), i32.const(box.left - area.left), i32.add, i32.toF32, f32x4.replace(0),
    get(ROW), i32.const(box.top - area.top), i32.add, i32.toF32, f32x4.replace(1), set(PLACE),
    wasm.loop,
    // Where it comes from: its place and its shift (none when that is tiny), held inside the area.
    f32x4.const(area.width - 1, area.height - 1, 0, 0), all(0),
    get(SHIFT), v128.load64Zero(0), tee(FROM), get(FROM), f32x4.abs, all(STILL), f32x4.lt, v128.andNot,
    get(PLACE), f32x4.add, f32x4.pmax, f32x4.pmin, tee(FROM),
    // The pixel it begins in, and the table's entries for how far in.
    get(FROM), f32x4.floor, tee(WHOLE), f32x4.sub, all(STEPS), f32x4.mul, ...round(2 ** 23), tee(FROM),
    i32x4.extract(0), i32.const(3), i32.shl, set(ALONG),
    get(FROM), i32x4.extract(1), i32.const(4), i32.shl, set(ACROSS),
    get(WHOLE), ...round(2 ** 23), tee(WHOLE),
    i32x4.extract(0), i32.const(2), i32.shl, get(WHOLE), i32x4.extract(1), i32.const(layout.stride), i32.mul, i32.add, set(CORNER),
    get(ALONG), v128.load32Splat(0), set(PAIR),
    get(ALONG), v128.load32Splat(4), set(PAIR2),
    get(TO),
    ...taps(0), ...taps(1), f32x4.add, ...taps(2), f32x4.add, ...taps(3), f32x4.add,
    // One and a half times the magic number: sums may be negative.
    ...round(1.5 * 2 ** 23), v128.const(ZERO), i32x4.narrow, v128.const(ZERO), i16x8.narrowU,
    // Four bytes for a pixel of three: the next pixel overwrites the fourth, and behind the last one there is room.
    v128.store32Lane(0, 0),
    get(TO), i32.const(3), i32.add, set(TO),
    get(PLACE), f32x4.const(1, 0, 0, 0), f32x4.add, set(PLACE),
    get(SHIFT), i32.const(8), i32.add, tee(SHIFT), get(END), i32.ltU, wasm.branchIf(0),
    wasm.end,
  ];
  const integers = new Array<number>(6).fill(I32), vectors = new Array<number>(8).fill(V128);
  return moduleOf([I32, I32, I32], [...integers, ...vectors], body);
}
