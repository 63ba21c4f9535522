import { setImmediate as turn } from "node:timers/promises";
import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import { shadeRow } from "../compositing/shade-row.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { boundingRect } from "../synthesis/canvas.js";
import { CLOSING_LIDS, CLOSING_LIPS, closureOf, retreatFromMargin } from "../synthesis/closing-rims.js";
import { displacement } from "../synthesis/displacement.js";
import type { ExpressionBasis } from "../synthesis/expression-basis.js";
import { effectiveWeights } from "../synthesis/response.js";
import { lightFactor, shadingChange } from "../synthesis/shading.js";
import { displaceMesh } from "../synthesis/warp-mesh.js";
import { drawClosingLine, type ClosingLine } from "./closing-line.js";
import { drawEye } from "./draw-eye.js";
import { drawMouth } from "./draw-mouth.js";
import { drawTriangles, type NodeField } from "./draw-triangles.js";
import type { HeadRotation } from "./head-field.js";
import { AT_REST, placeOf } from "./opening-place.js";
import { rigParts, type RigOptions, type RigParts } from "./rig-parts.js";
import type { RigPose } from "./rig-pose.js";
import { smoothField, type NodeWindow, type SmoothScratch } from "./smooth-field.js";
import { turnedRotation, type Held } from "./turned-rotation.js";

/** A motion of rims, in pixels, from which what is inside them is drawn in full; below it, as a share. */
const MOVED = 0.6;
const LIP_MIDDLE = [13, 14] as const;
/** The edges of the upper teeth lie so far below where closed lips meet, cm. */
const EDGES_BELOW = 0.35;
/** A change of brightness that nobody sees. */
const UNSEEN = 0.002;
/** Pictures that are kept to be written over, for all who show the photo: so many, and more of small ones, up to so many bytes. */
const SPARE = 2, MOST_SPARE_BYTES = 8e6;

/**
 * One photo's face, ready to show any expression at the photo's own resolution: the mesh fitted to it, what lies behind its lids and
 * lips, and the field in which its head turns. Made once per photo; rendering allocates little and depends on nothing but the pose.
 *
 * Skin is moved and shaded on a coarse grid, pixel by pixel round mouth and eyes; the head's turn and the expression make one map, and the
 * photo's pixels are read once through it. Where it is known what of the photo is the person, the background stands still behind. Teeth and
 * eyes are drawn where they end up.
 */
export class Rig {
  readonly #photo: Pixels;
  readonly #parts: RigParts;
  readonly #field: NodeField;
  readonly #light: Float32Array;
  /** Which nodes move, and which are shaded. */
  readonly #lit: Uint8Array;
  readonly #shaded: Uint8Array;
  readonly #scratch: SmoothScratch;
  readonly #shadeRow: Float32Array;
  readonly #runs: Int32Array;
  readonly #rotation: HeadRotation = new Float64Array(6);
  /** Pictures this rig has filled: outside its box they are known to be the photo. */
  readonly #filled = new WeakSet<Uint8Array>();
  /** Those of them that are to be written over. */
  readonly #spare: Uint8Array[] = [];

  /**
   * @param photo it is not copied and must not change
   * @param landmarks of its face; irises where the source knows them
   * @param currentWeights [51] the expression the photo shows, 0…1; from the landmarks' scores when left out
   * @param parts as {@link rigParts} finds them; they are found here, in one go, when left out
   * @throws ReenactError USAGE when there are neither weights nor scores, or the landmarks coincide
   */
  constructor(
    basis: ExpressionBasis, photo: Pixels, landmarks: FaceLandmarks, currentWeights?: Float32Array, options: RigOptions = {},
    parts: RigParts = allAtOnce(rigParts(basis, photo, landmarks, currentWeights, options)),
  ) {
    this.#photo = photo;
    this.#parts = parts;
    const { left, top, width, height, step, columns, rows, size } = this.#parts.grid;
    this.#field = { left, top, width, height, step, columns, rows, shift: new Float32Array(2 * size), known: new Uint8Array(size) };
    this.#light = new Float32Array(size);
    this.#lit = new Uint8Array(size);
    this.#shaded = new Uint8Array(size);
    this.#scratch = { shift: new Float32Array(2 * size), tags: new Uint8Array(size) };
    this.#runs = new Int32Array(2 * columns);
    this.#shadeRow = new Float32Array(width);
  }

  /** [51] the expression the photo shows. */
  get currentWeights(): Float32Array {
    return this.#parts.currentWeights;
  }

  /** A rig, made while others go on in between: see {@link rigParts}. @throws ReenactError as the constructor */
  static async prepare(basis: ExpressionBasis, photo: Pixels, landmarks: FaceLandmarks, currentWeights?: Float32Array, options: RigOptions = {}): Promise<Rig> {
    const finding = rigParts(basis, photo, landmarks, currentWeights, options);
    for (let found = finding.next(); ; found = finding.next()) {
      if (found.done) return new Rig(basis, photo, landmarks, currentWeights, options, found.value);
      await turn();
    }
  }

  /**
   * The whole photo with its face in a pose.
   *
   * @param strength 0…1.5: scales how far the expression is from the photo's; head and gaze are as the pose says
   * @param target receives the picture. One that an earlier call returned or filled is rewritten in the rig's box only and must be the
   *   photo elsewhere; any other is filled whole. When left out: one that was handed back, or a new one.
   * @returns `target`: RGB, 8 bits, the photo's size
   * @throws ReenactError USAGE when the weights or the target have the wrong length
   */
  render(pose: RigPose, strength = 1, target: Uint8Array = this.#spare.pop() ?? new Uint8Array(this.#photo.data.length)): Uint8Array {
    const { face, mesh, detail, head, patches, eyes, mouth } = this.#parts, { basis } = face, { scale } = face.pose;
    const weights = this.#scaled(pose.weights, strength);
    this.#copyPhoto(target);
    const { head: { yaw, pitch, roll }, gaze } = pose;
    if (strength === 0 && yaw === 0 && pitch === 0 && roll === 0 && gaze.x === 0 && gaze.y === 0) return target;

    // Where the points of the mesh go, first with the expression, then with the head.
    const moved = displacement(face, weights);
    const still = displaceMesh(face, mesh, moved);
    const closing = this.#closing(still);
    const source = mesh.points.slice();
    for (const { opening, look, closure } of closing) retreatFromMargin(source, face, opening, look, closure);
    const rotation = head.rotation(pose.head, this.#rotation);
    const turning = rotation.some((entry) => entry !== 0);
    const points = turning ? this.#turn(still, rotation) : still;

    const light = this.#fillField({ source, target: points, triangles: mesh.triangles }, shadingChange(basis, face.current, weights), turning ? rotation : undefined);
    for (const patch of patches) patch.fill({ source, target: points, triangles: mesh.triangles });
    const picture = { data: new Uint8ClampedArray(target.buffer, target.byteOffset, target.length), width: this.#photo.width, height: this.#photo.height };
    this.#writeRows(picture.data, light);

    // What skin uncovers.
    const held = turning ? turnedRotation(face.pose.rotation, rotation) : { rotation: face.pose.rotation, down: face.down };
    basis.eyes.forEach((opening, i) => {
      const gazeX = pose.gaze.x * eyes[i].span, gazeY = pose.gaze.y * eyes[i].span;
      const corners = [opening.upper[0], opening.upper[opening.upper.length - 1]] as const;
      drawEye(picture, eyes[i], {
        target: points, place: turning ? placeOf(still, points, ...corners) : AT_REST, gazeX, gazeY, scale, detail,
        presence: Math.min(1, (this.#largest(opening.upper, opening.lower, points) + Math.hypot(gazeX, gazeY)) / MOVED),
      });
    });
    const mouthPlace = turning ? placeOf(still, points, basis.lips.upper[0], basis.lips.upper[basis.lips.upper.length - 1]) : AT_REST;
    drawMouth(picture, this.#photo, mouth, {
      lips: basis.lips, target: points, down: held.down, place: mouthPlace, scale, rotation: held.rotation, ...this.#archOrigin(held, rotation, turning, points),
      jaw: this.#jaw(weights), detail, presence: Math.min(1, this.#largest(basis.lips.upper, basis.lips.lower, points) / MOVED),
    });
    for (const { opening, look, closure, colour } of closing) drawClosingLine(picture, { opening, look, closure, colour, target: points, scale });
    return target;
  }

  /** Takes back a picture that nobody looks at any more, to be written over. What is no picture of this rig is left alone. */
  recycle(picture: Uint8Array): void {
    const room = Math.max(SPARE, Math.floor(MOST_SPARE_BYTES / this.#photo.data.length));
    if (this.#filled.has(picture) && this.#spare.length < room && !this.#spare.includes(picture)) this.#spare.push(picture);
  }

  /**
   * Where the landmarks are in a pose.
   *
   * @param weights [51], 0…1
   * @returns [468, 2] pixels, pixel centres at .5
   */
  landmarks(weights: ArrayLike<number>): Float32Array {
    const { face } = this.#parts, moved = displacement(face, weights);
    return Float32Array.from(moved, (shift, i) => face.points[i] + shift + 0.5);
  }

  #scaled(weights: ArrayLike<number>, strength: number): Float32Array {
    const { currentWeights } = this;
    if (weights.length !== currentWeights.length) throw new ReenactError("USAGE", `Expected ${currentWeights.length} weights but received ${weights.length}.`);
    return currentWeights.map((now, i) => Math.min(1.2, Math.max(0, now + strength * (weights[i] - now))));
  }

  /** Brings `target` to the photo: all of it, or the rig's box where the rest is known to be. */
  #copyPhoto(target: Uint8Array): void {
    const { data, width, height } = this.#photo, box = this.#parts.grid;
    if (target.length !== data.length) {
      throw new ReenactError("USAGE", `Expected a target of ${data.length} bytes (${width}×${height}×3) but received ${target.length}.`);
    }
    if (!this.#filled.has(target)) {
      target.set(data);
      this.#filled.add(target);
      return;
    }
    for (let y = box.top; y < box.top + box.height; y++) {
      const from = (y * width + box.left) * 3;
      target.set(data.subarray(from, from + box.width * 3), from);
    }
  }

  #closing(still: Float64Array): (Omit<ClosingLine, "target" | "scale">)[] {
    const { face, rimColours } = this.#parts, { lips, eyes } = face.basis;
    return [lips, ...eyes].map((opening, i) => {
      const look = i === 0 ? CLOSING_LIPS : CLOSING_LIDS;
      return { opening, look, closure: closureOf(face, opening, look, still), colour: rimColours[i] };
    });
  }

  /** The mesh's points after the head's turn. */
  #turn(still: Float64Array, rotation: HeadRotation): Float64Array {
    const { head, depths } = this.#parts, points = new Float64Array(still.length), shift = new Float64Array(2);
    for (let i = 0; i < still.length / 2; i++) {
      head.forward(still[2 * i], still[2 * i + 1], depths[i], rotation, shift);
      points[2 * i] = still[2 * i] + shift[0];
      points[2 * i + 1] = still[2 * i + 1] + shift[1];
    }
    return points;
  }

  /** Fills the coarse grid: the head's field, the mesh over it. Returns whether there is shading. */
  #fillField(mesh: { source: Float64Array; target: Float64Array; triangles: Uint16Array }, shading: Float32Array | undefined, rotation: HeadRotation | undefined): boolean {
    const { head, grid, inside, face: { basis: { texels } }, mesh: { collar } } = this.#parts, field = this.#field, { shift, known } = field, light = this.#light;
    if (rotation) head.inverse(rotation, grid, shift);
    else shift.fill(0);
    known.fill(1);
    light.fill(0);
    drawTriangles(field, mesh, shading && { first: collar, texels, map: shading, light });
    smoothField(field, this.#windowOf(mesh.target), undefined, this.#scratch);
    for (let n = 0; n < known.length; n++) {
      if (inside[n] < 1) {
        shift[2 * n] *= inside[n];
        shift[2 * n + 1] *= inside[n];
      }
      this.#lit[n] = shift[2 * n] !== 0 || shift[2 * n + 1] !== 0 ? 1 : 0;
      this.#shaded[n] = light[n] > UNSEEN || light[n] < -UNSEEN ? 1 : 0;
      if (this.#shaded[n]) light[n] = lightFactor(light[n]) - 1;
    }
    return shading !== undefined;
  }

  /** The part of the grid that the moved mesh covers. */
  #windowOf(target: Float64Array): NodeWindow {
    const { left, top, step, columns, rows } = this.#parts.grid;
    const box = boundingRect(target, 2 * step, { x: left, y: top, width: step * columns, height: step * rows });
    const column = Math.floor((box.x - left) / step), row = Math.floor((box.y - top) / step);
    return {
      fromColumn: column, toColumn: Math.min(columns, Math.ceil((box.x + box.width - left) / step)),
      fromRow: row, toRow: Math.min(rows, Math.ceil((box.y + box.height - top) / step)),
    };
  }

  #writeRows(out: Uint8ClampedArray, shading: boolean): void {
    const { grid, warper, layer, patches } = this.#parts, { left, top, height } = grid, { width } = this.#photo, runs = this.#runs;
    for (let row = 0; row < height; row++) {
      const y = top + row;
      const used = grid.spread(row, this.#field.shift, 2, this.#lit, warper.shift, runs);
      for (const patch of patches) patch.write(y, warper.shift);
      for (let k = 0; k < used; k += 2) {
        if (layer) layer.write(warper, row, runs[k], runs[k + 1], out);
        else warper.warp(row, runs[k], runs[k + 1], out);
      }
      if (!shading) continue;
      const shaded = grid.spread(row, this.#light, 1, this.#shaded, this.#shadeRow, runs);
      for (let k = 0; k < shaded; k += 2) shadeRow(left + runs[k], left + runs[k + 1], y * width * 3, this.#shadeRow, left, out);
    }
  }

  /** The largest motion of an opening's rims from the photo, pixels. */
  #largest(upper: readonly number[], lower: readonly number[], points: Float64Array): number {
    const from = this.#parts.face.points;
    let most = 0;
    for (const rim of [upper, lower]) for (const v of rim) most = Math.max(most, Math.hypot(points[2 * v] - from[2 * v], points[2 * v + 1] - from[2 * v + 1]));
    return most;
  }

  /**
   * Where canonical (0, 0, 0) is seen when the dental arch hangs behind where the closed lips meet; a little higher while the lower lip, which
   * goes down with the jaw but hardly with a smile, would hide the edges of the teeth: then gums would be seen instead. Where the photo shows its
   * own teeth, these say how high they are.
   */
  #archOrigin({ rotation: r, down }: Held, rotation: HeadRotation, turning: boolean, target: Float64Array): { originX: number; originY: number } {
    const { face: { basis: { vertices }, points, pose: { scale } }, head, depths, toNeutral, mouth } = this.#parts, middle = [0, 0, 0], neutral = [0, 0];
    let depth = 0;
    for (const v of LIP_MIDDLE) {
      for (let c = 0; c < 3; c++) middle[c] += vertices[3 * v + c] / 2;
      for (let c = 0; c < 2; c++) neutral[c] += (points[2 * v + c] + toNeutral[2 * v + c]) / 2;
      depth += depths[v] / 2;
    }
    if (turning) {
      const shift = new Float64Array(2);
      head.forward(neutral[0], neutral[1], depth, rotation, shift);
      neutral[0] += shift[0];
      neutral[1] += shift[1];
    }
    if (!mouth.own) {
      const low = 2 * LIP_MIDDLE[1], above = (neutral[0] - target[low]) * down[0] + (neutral[1] - target[low + 1]) * down[1];
      for (let c = 0; c < 2; c++) neutral[c] -= Math.max(0, above + EDGES_BELOW * scale) * down[c];
    }
    return {
      originX: neutral[0] - scale * (r[0] * middle[0] + r[1] * middle[1] + r[2] * middle[2]),
      originY: neutral[1] + scale * (r[3] * middle[0] + r[4] * middle[1] + r[5] * middle[2]),
    };
  }

  /** How the lower teeth move with the jaw, cm. */
  #jaw(weights: Float32Array): [x: number, y: number] {
    const { basis, current } = this.#parts.face, effective = effectiveWeights(basis, current, weights);
    let x = 0, y = 0;
    for (let k = 0; k < effective.length; k++) {
      x += effective[k] * basis.lowerTeeth[3 * k];
      y += effective[k] * basis.lowerTeeth[3 * k + 1];
    }
    return [x, y];
  }
}

function allAtOnce(finding: ReturnType<typeof rigParts>): RigParts {
  for (let found = finding.next(); ; found = finding.next()) if (found.done) return found.value;
}
