import type { Pixels } from "../../frame.js";
import { SpareMemory } from "../../spare-memory.js";
import type { FaceLandmarks } from "./face.js";
import { correctPoints, facemeshOffsets } from "./facemesh-offsets.js";
import { openPackagedModel } from "../packaged/packaged-model.js";
import type { Roi } from "./roi.js";
import { sampleRoi } from "./sample-roi.js";

/** Side of FaceMesh's input in pixels. */
const SIDE = 192;
/** Of these pixels a sighting keeps every eighth in every eighth row. */
const KEPT = 8;
/** Three planes of floats. */
const INPUT_BYTES = 3 * SIDE * SIDE * Float32Array.BYTES_PER_ELEMENT;

/**
 * The region for the next look at a face is so many times the longer side of its landmarks' box. MediaPipe takes 1.5; on 80 photos 1.4
 * came nearer to its newer model's points (1.35 % of the distance of the outer eye corners instead of 1.46 %, after the correction).
 */
const ENLARGE = 1.4;

/** The outer corners of the person's right and left eye. */
const RIGHT_EYE = 33;
const LEFT_EYE = 263;

/** What a look at a region shows. */
export interface Sighting {
  /** `score` says how sure the model is that the region holds a face; the points are worth little below .5. */
  readonly face: FaceLandmarks;
  /** Of the region as the model saw it: the green of every eighth pixel of every eighth row, 0…1. */
  readonly picture: Float32Array;
}

/** Finds the 468 landmarks of the face in a region. */
export interface FaceMesh extends AsyncDisposable {
  locate(image: Pixels, roi: Roi): Promise<Sighting>;
  close(): Promise<void>;
}

/**
 * FaceMesh (Kartynnik et al. 2019, "Real-time facial surface geometry from monocular video on mobile GPUs").
 * It draws some points a little beside those of MediaPipe's newer model, always in the same way: that is corrected unless `correct` is
 * false.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function openFaceMesh(options: { readonly correct?: boolean } = {}): Promise<FaceMesh> {
  const model = await openPackagedModel("facemesh");
  const memory = new SpareMemory((bytes) => new ArrayBuffer(bytes), 1, INPUT_BYTES);
  const offsets = options.correct ?? true ? facemeshOffsets() : undefined;
  return {
    async locate(image, roi) {
      const { picture, out: { Identity_2: mesh, Identity_1: flag } } = await memory.lend(INPUT_BYTES, async (input) => {
        const planes = sampleRoi(image, roi, { side: SIDE, range: [0, 1], border: "edge" }, new Float32Array(input));
        return { picture: keptOf(planes), out: await model.run(planes, 1, SIDE) };
      });
      const scale = roi.size / SIDE, cos = Math.cos(roi.angle) * scale, sin = Math.sin(roi.angle) * scale;
      const points = new Float32Array(mesh.length);
      for (let i = 0; i < mesh.length; i += 3) {
        const u = mesh[i] - SIDE / 2, v = mesh[i + 1] - SIDE / 2;
        points[i] = roi.x + cos * u - sin * v;
        points[i + 1] = roi.y + sin * u + cos * v;
        points[i + 2] = scale * mesh[i + 2];
      }
      if (offsets) correctPoints(points, offsets);
      return { face: { points, score: flag[0] }, picture };
    },
    close: () => model.close(),
    [Symbol.asyncDispose]: () => model.close(),
  };
}

/** What a {@link Sighting} keeps of planes of 192 × 192. */
function keptOf(planes: Float32Array): Float32Array {
  const kept = new Float32Array((SIDE / KEPT) ** 2);
  for (let row = KEPT / 2, to = 0; row < SIDE; row += KEPT) {
    for (let i = (SIDE + row) * SIDE + KEPT / 2; i < (SIDE + row + 1) * SIDE; i += KEPT, to++) kept[to] = planes[i];
  }
  return kept;
}

/** How much two sightings' pictures differ, 0…1: the mean difference of what is kept of them. */
export function pictureChange(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

/** Where to look for a face whose landmarks are known: round their box, the box taken level with the eyes. */
export function roiOfLandmarks({ points }: FaceLandmarks): Roi {
  const angle = Math.atan2(
    points[3 * LEFT_EYE + 1] - points[3 * RIGHT_EYE + 1], points[3 * LEFT_EYE] - points[3 * RIGHT_EYE]);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < points.length; i += 3) {
    const u = cos * points[i] + sin * points[i + 1], v = cos * points[i + 1] - sin * points[i];
    left = Math.min(left, u); right = Math.max(right, u);
    top = Math.min(top, v); bottom = Math.max(bottom, v);
  }
  const u = (left + right) / 2, v = (top + bottom) / 2;
  return { x: cos * u - sin * v, y: sin * u + cos * v, size: ENLARGE * Math.max(right - left, bottom - top), angle };
}
