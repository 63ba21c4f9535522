import type { Pixels } from "../frame.js";
import { applyMotion } from "../model/compositing/apply-motion.js";
import { cubicWeights } from "../model/geometry/kernels.js";
import { enlarge, type EnlargeScratch } from "../model/geometry/resample.js";
import { CROP_SIZE } from "../model/geometry/alignment.js";
import { turnedSize, turnPicture, type Turn } from "../model/geometry/quarter-turns.js";
import type { Rig } from "../model/rig/rig.js";
import type { FramePainter } from "../operators/compose-frames.js";
import type { DrivenFace } from "../operators/face-frame.js";
import { SpareMemory } from "../spare-memory.js";
import { fitPicture } from "./fit-picture.js";
import type { PhotoFace } from "./prepare-photo.js";
import type { Sitter } from "./sitter.js";

/** Side of the `face` view in pixels: the 96×96 face, enlarged; and bytes of its picture. */
export const FACE_VIEW_SIZE = 384;
const FACE_BYTES = 3 * FACE_VIEW_SIZE * FACE_VIEW_SIZE;

/** What is shown of every frame: `composite`, `face` or `side-by-side` (the driver left, the composite right). */
export type View = "composite" | "face" | "side-by-side";

/** The painter of a view. `driver` is the size of the driver's frames. */
export function createPainter(view: View, { pixels, face, rig }: Sitter, driver: { readonly width: number; readonly height: number }): FramePainter {
  if (view === "face") return new FacePainter(face);
  const composite = new CompositePainter(pixels, rig, face.landmarks.turn);
  return view === "composite" ? composite : new SideBySidePainter(composite, driver);
}

/** The whole photo, with the face living in it. */
class CompositePainter implements FramePainter {
  readonly width: number;
  readonly height: number;
  readonly takes = "pose";
  readonly #photo: Pixels;
  readonly #rig: Rig;
  readonly #turn: Turn;

  /** @param turn quarter turns clockwise that the rig's picture is further than the photo */
  constructor(photo: Pixels, rig: Rig, turn: Turn = 0) {
    this.#turn = turn;
    this.width = photo.width;
    this.height = photo.height;
    this.#photo = photo;
    this.#rig = rig;
  }

  paint(face: DrivenFace | undefined, strength: number): Uint8Array {
    if (!face) return this.#photo.data;
    const picture = this.#rig.render(face.pose!, strength);
    if (this.#turn === 0) return picture;
    this.recycle(picture);
    return turnPicture({ data: picture, ...turnedSize(this.#photo, this.#turn) }, ((4 - this.#turn) % 4) as Turn).data;
  }

  recycle(picture: Uint8Array): void {
    this.#rig.recycle(picture);
  }

  paintDriver(driver: Pixels): Uint8Array {
    return fitPicture(driver, this.width, this.height).data;
  }
}

/** The network's own face, as the paper has it: moved and painted in the aligned crop, enlarged. */
class FacePainter implements FramePainter {
  readonly width = FACE_VIEW_SIZE;
  readonly height = FACE_VIEW_SIZE;
  readonly takes = "motion";
  /** Of all who show a face. */
  static readonly #scratch: EnlargeScratch = {};
  static readonly #memory = new SpareMemory((bytes) => new ArrayBuffer(bytes), 4, FACE_BYTES);
  readonly #face: PhotoFace;
  /** Pictures that are looked at. */
  readonly #made = new WeakSet<Uint8Array>();

  constructor(face: PhotoFace) {
    this.#face = face;
  }

  paint(face: DrivenFace | undefined, strength: number): Uint8Array {
    const crop = { data: this.#face.crop, width: CROP_SIZE, height: CROP_SIZE, channels: 3 };
    const data = face ? applyMotion(crop.data, face.motion!, strength) : crop.data;
    const { data: large } = enlarge({ ...crop, data }, this.width, this.height, cubicWeights, FacePainter.#scratch);
    const out = new Uint8ClampedArray(FacePainter.#memory.take(FACE_BYTES));
    for (let i = 0; i < out.length; i++) out[i] = 127.5 * (large[i] + 1);
    const picture = new Uint8Array(out.buffer);
    this.#made.add(picture);
    return picture;
  }

  recycle(picture: Uint8Array): void {
    if (this.#made.delete(picture)) FacePainter.#memory.give(picture.buffer as ArrayBuffer);
  }

  paintDriver(driver: Pixels): Uint8Array {
    return fitPicture(driver, this.width, this.height).data;
  }
}

/** Driver and composite beside each other, as high as the photo. */
class SideBySidePainter implements FramePainter {
  readonly width: number;
  readonly height: number;
  readonly takes = "pose";
  readonly #composite: CompositePainter;
  readonly beside: number;

  constructor(composite: CompositePainter, driver: { readonly width: number; readonly height: number }) {
    this.#composite = composite;
    this.height = composite.height;
    this.beside = Math.max(2, 2 * Math.round((driver.width * this.height) / driver.height / 2));
    this.width = this.beside + composite.width;
  }

  paint(face: DrivenFace | undefined, strength: number, driver: Pixels): Uint8Array {
    const right = this.#composite.paint(face, strength), both = this.#join(driver, right);
    this.#composite.recycle(right);
    return both;
  }

  paintDriver(driver: Pixels): Uint8Array {
    return this.#join(driver, this.#composite.paintDriver(driver));
  }

  #join(driver: Pixels, right: Uint8Array): Uint8Array {
    const left = fitPicture(driver, this.beside, this.height).data;
    const out = new Uint8Array(3 * this.width * this.height);
    for (let y = 0; y < this.height; y++) {
      out.set(left.subarray(3 * this.beside * y, 3 * this.beside * (y + 1)), 3 * this.width * y);
      out.set(right.subarray(3 * this.#composite.width * y, 3 * this.#composite.width * (y + 1)), 3 * (this.width * y + this.beside));
    }
    return out;
  }
}
