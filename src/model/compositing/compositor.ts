import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import { cubicWeights, smoothstep, splineWeights, weightTable } from "../geometry/kernels.js";
import { sampleCrop } from "../geometry/sample-crop.js";
import type { Similarity } from "../geometry/similarity.js";
import { featherWindow } from "./feather.js";
import { activity, Lattice } from "./lattice.js";
import { checkMotionResult, CROP_AREA, type MotionResult } from "./motion-result.js";
import { PAINT_CHANNELS, paintRow } from "./paint-row.js";
import { PaintStage } from "./paint-stage.js";
import type { RowWarper } from "./row-warper.js";
import { shadeRow } from "./shade-row.js";
import { ScriptWarper } from "./warp-row.js";
import { SimdWarper } from "./warp-simd.js";

/** How a {@link Compositor} joins the face to the photo. */
export interface CompositorOptions {
  /** Width of the soft edge as a share of the crop's side. Default 0.05: wider, it holds chins back that an open mouth moves. */
  readonly feather?: number;
  /**
   * Motion up to this many crop pixels counts as none, and from three times as many on as it is: a network's flow is never quite 0,
   * and a pixel that does not move keeps all its sharpness. Default 0.05.
   */
  readonly flowFloor?: number;
  /** Shading up to this counts as none, and from three times as much on as it is, like the flow. Default 0.004. */
  readonly shadingFloor?: number;
  /** Masks up to this are noise of the network and count as 0; what is above is stretched to 0…1. Default 0.04. */
  readonly maskFloor?: number;
  /** Whether what is painted anew takes on the photo's colours. Default true. */
  readonly matchColours?: boolean;
  /** How much what is painted anew is sharpened: this much of its difference to its blurred self is added. Default 1. */
  readonly sharpness?: number;
}

const SPLINE = weightTable(splineWeights);
const CUBIC = weightTable(cubicWeights);

/**
 * Lets the face live in the photo, at the photo's own resolution (aip-gan.md, "Motion head"): the network's flow is enlarged smoothly
 * and moves the photo's own pixels, its shading draws the folds of a moving skin; only where its mask says so, the painted face is
 * mixed in, in the photo's colours.
 * Outside the crop every pixel stays exactly the photo's. Same input, same output: nothing depends on earlier frames.
 */
export class Compositor {
  private readonly photo: Pixels;
  private readonly shiftLattice: Lattice;
  private readonly paintLattice: Lattice;
  private readonly linear: { readonly a: number; readonly b: number };
  private readonly flowFloor: number;
  private readonly shadingFloor: number;
  private readonly maskFloor: number;
  private readonly window: Float32Array;
  private readonly paint: PaintStage;
  /** Pictures this compositor has filled: outside the face's box they are known to be the photo. */
  private readonly filled = new WeakSet<Uint8Array>();

  private readonly flow = new Float32Array(CROP_AREA * 2);
  private readonly shift = new Float32Array(CROP_AREA * 2);
  private readonly shading = new Float32Array(CROP_AREA);
  private readonly mask = new Float32Array(CROP_AREA);
  private readonly active = new Uint8Array(CROP_AREA);
  private readonly shiftNodes: Float32Array;
  private readonly shiftLit: Uint8Array;
  private readonly warper: RowWarper;
  private readonly shadingNodes: Float32Array;
  private readonly shadingLit: Uint8Array;
  private readonly shadingRow: Float32Array;
  private readonly paintNodes: Float32Array;
  private readonly paintLit: Uint8Array;
  private readonly paintedRow: Float32Array;
  private readonly runs: Int32Array;

  /**
   * @param photo the picture of the person; kept, not copied, and never written to
   * @param cropToPhoto crop coordinates 0…96 to photo pixels (`alignFace` of the photo's face)
   */
  constructor(photo: Pixels, cropToPhoto: Similarity, options: CompositorOptions = {}) {
    this.photo = photo;
    this.linear = cropToPhoto;
    this.flowFloor = options.flowFloor ?? 0.05;
    this.shadingFloor = options.shadingFloor ?? 0.004;
    this.maskFloor = options.maskFloor ?? 0.04;
    this.window = featherWindow(options.feather);
    this.paint = new PaintStage(sampleCrop(photo, cropToPhoto), options.matchColours ?? true, options.sharpness ?? 1);
    const scale = Math.hypot(cropToPhoto.a, cropToPhoto.b);
    // Motion is smooth: a node for every crop pixel does, where that is few photo pixels. Painted detail needs them closer.
    const shiftStep = Math.max(1, Math.floor(scale / 2), Math.min(3, Math.round(0.9 * scale)));
    const paintStep = Math.max(1, Math.floor(0.65 * scale));
    this.shiftLattice = new Lattice(cropToPhoto, photo.width, photo.height, shiftStep);
    this.paintLattice = new Lattice(cropToPhoto, photo.width, photo.height, paintStep);
    const { width } = this.shiftLattice;
    this.shiftNodes = new Float32Array(this.shiftLattice.size * 2);
    this.shiftLit = new Uint8Array(this.shiftLattice.size);
    this.warper = new (SimdWarper.supported() ? SimdWarper : ScriptWarper)(photo, this.shiftLattice);
    this.shadingNodes = new Float32Array(this.shiftLattice.size);
    this.shadingLit = new Uint8Array(this.shiftLattice.size);
    this.shadingRow = new Float32Array(width);
    this.paintNodes = new Float32Array(this.paintLattice.size * PAINT_CHANNELS);
    this.paintLit = new Uint8Array(this.paintLattice.size);
    this.paintedRow = new Float32Array(width * PAINT_CHANNELS);
    this.runs = new Int32Array(2 * Math.max(this.shiftLattice.columns, this.paintLattice.columns));
  }

  /**
   * The whole photo with the face as the network wants it.
   *
   * @param strength 0…1.5: scales the motion, and up to 1 shading and mask; 0 is the photo itself
   * @param target receives the picture. One that an earlier call returned or filled is rewritten in the face's box only
   *   and must be the photo elsewhere; any other is filled whole. Allocated when left out.
   * @returns `target`: RGB, 8 bits, the photo's size
   * @throws ReenactError USAGE when the result or the target has the wrong length
   */
  compose(result: MotionResult, strength = 1, target: Uint8Array = new Uint8Array(this.photo.data.length)): Uint8Array {
    checkMotionResult(result);
    this.copyPhoto(target);
    const painted = this.prepare(result, strength);
    const moving = activity(this.shift, 2, this.active);
    if (moving) this.shiftLattice.read(this.shift, 2, this.active, SPLINE, this.shiftNodes, 2, 0, this.shiftLit);
    const shading = activity(this.shading, 1, this.active);
    if (shading) this.shiftLattice.read(this.shading, 1, this.active, SPLINE, this.shadingNodes, 1, 0, this.shadingLit);
    const painting = painted && activity(this.mask, 1, this.active);
    if (painting) {
      this.paint.prepare(result.painted, this.flow, this.shading, this.mask, result.mask);
      this.paintLattice.read(this.paint.masks, 3, this.active, SPLINE, this.paintNodes, PAINT_CHANNELS, 0, this.paintLit);
      this.paintLattice.read(this.paint.colours, 6, this.active, CUBIC, this.paintNodes, PAINT_CHANNELS, 3, this.paintLit);
    }
    this.writeRows(moving, shading, painting, new Uint8ClampedArray(target.buffer, target.byteOffset, target.length));
    return target;
  }

  /** Brings `target` to the photo: all of it, or the face's box where the rest is known to be. */
  private copyPhoto(target: Uint8Array): void {
    const { data, width, height } = this.photo;
    if (target.length !== data.length) {
      throw new ReenactError("USAGE", `Expected a target of ${data.length} bytes (${width}×${height}×3) but received ${target.length}.`);
    }
    if (!this.filled.has(target)) {
      target.set(data);
      this.filled.add(target);
      return;
    }
    const box = this.shiftLattice;
    for (let y = box.top; y < box.top + box.height; y++) {
      const from = (y * width + box.left) * 3;
      target.set(data.subarray(from, from + box.width * 3), from);
    }
  }

  /** Windowed flow, shading and mask at this strength, and the flow in photo pixels. Returns whether anything is painted. */
  private prepare({ flow, mask, shading }: MotionResult, strength: number): boolean {
    const { a, b } = this.linear;
    const share = Math.min(1, strength), opacity = share / (1 - this.maskFloor);
    let painted = false;
    for (let p = 0; p < CROP_AREA; p++) {
      const inside = this.window[p];
      const length = Math.sqrt(flow[2 * p] ** 2 + flow[2 * p + 1] ** 2);
      const reach = inside * strength * aboveNoise(length, this.flowFloor);
      const x = reach * flow[2 * p], y = reach * flow[2 * p + 1];
      this.flow[2 * p] = x;
      this.flow[2 * p + 1] = y;
      this.shift[2 * p] = a * x - b * y;
      this.shift[2 * p + 1] = b * x + a * y;
      this.shading[p] = inside * share * aboveNoise(Math.abs(shading[p]), this.shadingFloor) * shading[p];
      const m = inside * opacity * (mask[p] - this.maskFloor);
      this.mask[p] = m > 0 ? m : 0;
      if (m > 0) painted = true;
    }
    return painted;
  }

  private writeRows(moving: boolean, shading: boolean, painting: boolean, out: Uint8ClampedArray): void {
    const { left, top, height } = this.shiftLattice;
    const { width } = this.photo;
    for (let row = 0; row < height; row++) {
      const y = top + row;
      if (moving) {
        const used = this.shiftLattice.spread(row, this.shiftNodes, 2, this.shiftLit, this.warper.shift, this.runs);
        for (let k = 0; k < used; k += 2) this.warper.warp(row, this.runs[k], this.runs[k + 1], out);
      }
      if (shading) {
        const used = this.shiftLattice.spread(row, this.shadingNodes, 1, this.shadingLit, this.shadingRow, this.runs);
        for (let k = 0; k < used; k += 2) shadeRow(left + this.runs[k], left + this.runs[k + 1], y * width * 3, this.shadingRow, left, out);
      }
      if (painting) {
        const used = this.paintLattice.spread(row, this.paintNodes, PAINT_CHANNELS, this.paintLit, this.paintedRow, this.runs);
        for (let k = 0; k < used; k += 2) {
          paintRow(left + this.runs[k], left + this.runs[k + 1], y * width * 3, this.paintedRow, left, out);
        }
      }
    }
  }
}

/** How much of a value counts: none up to the floor, all from three times the floor on. */
function aboveNoise(size: number, floor: number): number {
  return size > floor ? smoothstep((size / floor - 1) / 2) : 0;
}
