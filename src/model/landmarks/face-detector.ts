import type { Pixels } from "../../frame.js";
import { SpareMemory } from "../../spare-memory.js";
import { BLAZEFACE_SIDE, decodeBlazeface, type FaceBox, mergeBoxes } from "./blazeface.js";
import { openPackagedModel } from "../packaged/packaged-model.js";
import { type Roi, roiOfImage } from "./roi.js";
import { sampleRoi } from "./sample-roi.js";

/** The landmark model wants this much of the surroundings: its square is so many times the box's longer side. */
const ENLARGE = 1.5;
/** Of the model's input: three planes of floats. */
const INPUT_BYTES = 3 * BLAZEFACE_SIDE * BLAZEFACE_SIDE * Float32Array.BYTES_PER_ELEMENT;

/** Finds where faces are. */
export interface FaceDetector extends AsyncDisposable {
  /** The regions that hold a face, upright in the face's own sense, the largest face first. */
  detect(image: Pixels): Promise<Roi[]>;
  close(): Promise<void>;
}

/**
 * BlazeFace on the whole picture.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function openFaceDetector(): Promise<FaceDetector> {
  const model = await openPackagedModel("blazeface");
  const memory = new SpareMemory((bytes) => new ArrayBuffer(bytes), 1, INPUT_BYTES);
  return {
    async detect(image) {
      const whole = roiOfImage(image), out = await memory.lend(INPUT_BYTES, (input) =>
        model.run(sampleRoi(image, whole, { side: BLAZEFACE_SIDE, range: [-1, 1], border: "black" }, new Float32Array(input)), 1, BLAZEFACE_SIDE));
      const boxes = mergeBoxes(decodeBlazeface([
        { scores: out.Identity, boxes: out.Identity_2 },
        { scores: out.Identity_1, boxes: out.Identity_3 },
      ]));
      return boxes.map((box) => roiOfBox(box, whole)).sort((a, b) => b.size - a.size);
    },
    close: () => model.close(),
    [Symbol.asyncDispose]: () => model.close(),
  };
}

/** The square round a box, turned so that the line through the eyes is level in it. */
function roiOfBox({ x, y, width, height, keypoints: [rightX, rightY, leftX, leftY] }: FaceBox, whole: Roi): Roi {
  return {
    x: whole.x + (x - 0.5) * whole.size,
    y: whole.y + (y - 0.5) * whole.size,
    size: ENLARGE * Math.max(width, height) * whole.size,
    angle: Math.atan2(leftY - rightY, leftX - rightX),
  };
}
