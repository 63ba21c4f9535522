import type { Pixels } from "../../frame.js";
import { openPackagedModel } from "../packaged/packaged-model.js";
import type { FaceLandmarks } from "./face.js";
import type { Roi } from "./roi.js";
import { sampleRoi } from "./sample-roi.js";

/** Side of the model's input in pixels, and how many numbers it gives for an eye: 71 points of its contour and brow, and 5 of the iris. */
const SIDE = 64, CONTOUR = 71, IRIS = 5, VALUES = 3 * (CONTOUR + IRIS);
/** The region it looks at is so many times as wide as the eye (MediaPipe's iris graph). */
const ENLARGE = 2.3;
/** Corners of both eyes, on the picture's left first. The model knows left eyes: the person's right one is shown to it mirrored. */
const EYES = [{ corners: [33, 133], mirrored: true }, { corners: [362, 263], mirrored: false }] as const;
/** FaceMesh's points. */
const MESH = 468;

/** Finds the irises of a face. */
export interface IrisModel extends AsyncDisposable {
  /**
   * The face with 478 points: those of MediaPipe, where 468 and 473 are the irises' middles, each followed by four points of its rim.
   *
   * @param face 468 points or more; those beyond are replaced
   */
  locate(image: Pixels, face: FaceLandmarks): Promise<FaceLandmarks>;
  close(): Promise<void>;
}

/**
 * MediaPipe's iris model (Ablavatski et al. 2020, "Real-time pupil tracking from monocular video for digital puppetry") out of the
 * `@vladmandic/human` package; both eyes go through it at once.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function openIrisModel(): Promise<IrisModel> {
  const model = await openPackagedModel("iris", { eyes: "Identity" });
  return {
    async locate(image, face) {
      const rois = EYES.map(({ corners: [a, b] }) => eyeRoi(face.points, a, b)), plane = SIDE * SIDE;
      const pictures = new Float32Array(2 * 3 * plane);
      EYES.forEach(({ mirrored }, eye) => {
        const picture = sampleRoi(image, rois[eye], { side: SIDE, range: [0, 1], border: "edge" });
        if (mirrored) for (let row = 0; row < picture.length; row += SIDE) picture.subarray(row, row + SIDE).reverse();
        pictures.set(picture, eye * 3 * plane);
      });
      const { eyes } = await model.run(pictures, 2, SIDE);
      const points = new Float32Array(3 * (MESH + 2 * IRIS));
      points.set(face.points.subarray(0, 3 * MESH));
      EYES.forEach(({ corners: [a, b], mirrored }, eye) => {
        const roi = rois[eye], scale = roi.size / SIDE, cos = Math.cos(roi.angle) * scale, sin = Math.sin(roi.angle) * scale;
        const depth = (face.points[3 * a + 2] + face.points[3 * b + 2]) / 2;
        for (let k = 0; k < IRIS; k++) {
          // The rim's points go round: in the mirror the first and the third change places.
          const from = eye * VALUES + 3 * (CONTOUR + (mirrored && k % 2 === 1 ? 4 - k : k)), to = 3 * (MESH + eye * IRIS + k);
          const u = mirrored ? SIDE / 2 - eyes[from] : eyes[from] - SIDE / 2, v = eyes[from + 1] - SIDE / 2;
          points[to] = roi.x + cos * u - sin * v;
          points[to + 1] = roi.y + sin * u + cos * v;
          points[to + 2] = depth;
        }
      });
      return { ...face, points };
    },
    close: () => model.close(),
    [Symbol.asyncDispose]: () => model.close(),
  };
}

function eyeRoi(points: Float32Array, a: number, b: number): Roi {
  const dx = points[3 * b] - points[3 * a], dy = points[3 * b + 1] - points[3 * a + 1];
  return {
    x: (points[3 * a] + points[3 * b]) / 2, y: (points[3 * a + 1] + points[3 * b + 1]) / 2,
    size: Math.max(1, ENLARGE * Math.hypot(dx, dy)), angle: Math.atan2(dy, dx),
  };
}
