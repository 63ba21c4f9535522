import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";
import { openPackagedModel } from "./packaged-model.js";
import type { Roi } from "./roi.js";
import { sampleRoi } from "./sample-roi.js";

/** Side of FaceMesh's input in pixels. */
const SIDE = 192;

/** The region for the next look at a face is so many times the longer side of its landmarks' box. */
const ENLARGE = 1.5;

/** The outer corners of the person's right and left eye. */
const RIGHT_EYE = 33;
const LEFT_EYE = 263;

/** Finds the 468 landmarks of the face in a region. */
export interface FaceMesh {
  /** `score` says how sure the model is that the region holds a face; the points are worth little below .5. */
  locate(image: Pixels, roi: Roi): Promise<FaceLandmarks>;
  close(): Promise<void>;
}

/**
 * FaceMesh (Kartynnik et al. 2019, "Real-time facial surface geometry from monocular video on mobile GPUs").
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function openFaceMesh(): Promise<FaceMesh> {
  const model = await openPackagedModel("facemesh");
  return {
    async locate(image, roi) {
      const input = sampleRoi(image, roi, { side: SIDE, range: [0, 1], border: "edge" });
      const { Identity_2: mesh, Identity_1: flag } = await model.run(input, 1, SIDE);
      const scale = roi.size / SIDE, cos = Math.cos(roi.angle) * scale, sin = Math.sin(roi.angle) * scale;
      const points = new Float32Array(mesh.length);
      for (let i = 0; i < mesh.length; i += 3) {
        const u = mesh[i] - SIDE / 2, v = mesh[i + 1] - SIDE / 2;
        points[i] = roi.x + cos * u - sin * v;
        points[i + 1] = roi.y + sin * u + cos * v;
        points[i + 2] = scale * mesh[i + 2];
      }
      return { points, score: flag[0] };
    },
    close: () => model.close(),
  };
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
