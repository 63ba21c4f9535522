import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { carriedFolder } from "../../carried.js";
import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import type { OnnxModel } from "../engines/onnx/graph.js";
import { shrinkTo } from "../geometry/shrink-to.js";
import type { PersonMask } from "../rig/person-mask.js";
import { readTflite } from "./tflite-file.js";
import { tfliteToOnnx } from "./tflite-to-onnx.js";

/** Side of the square picture the model looks at, and of the mask it gives. */
const SIDE = 256;

/** MediaPipe's selfie segmentation (Apache 2.0), as `@mediapipe/selfie_segmentation` on npm has it. @throws Error of Node when that is not installed */
export function personModelPath(): string {
  const name = "selfie_segmentation.tflite";
  return join(carriedFolder("@mediapipe/selfie_segmentation", name), name);
}

/**
 * Sees what of a photo is a person: the model is opened, asked once and closed, which takes about a twentieth of a second.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT, or ENGINE_UNAVAILABLE where onnxruntime does not run
 */
export async function findPerson(photo: Pixels, path?: string): Promise<PersonMask> {
  const model = await readModel(path);
  try {
    // Loaded here, so that whoever has no onnxruntime gets as far as this.
    const [{ createSession }, { onnxruntime }] = await Promise.all([import("../engines/onnx/create-session.js"), import("../engines/onnx/onnxruntime.js")]);
    const session = await createSession(model, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: "all" });
    try {
      const input = shrinkTo(photo, SIDE, SIDE).map((value) => value / 255);
      const { output } = await session.run({ input: new onnxruntime.Tensor("float32", input, [1, 3, SIDE, SIDE]) });
      return { data: (output.data as Float32Array).slice(), width: SIDE, height: SIDE };
    } finally {
      await session.release();
    }
  } catch (cause) {
    throw new ReenactError("ENGINE_UNAVAILABLE", "Expected onnxruntime to run the model that finds people but it cannot be set up; run `reenact doctor`", { cause });
  }
}

async function readModel(named: string | undefined): Promise<OnnxModel> {
  let path = named ?? "of @mediapipe/selfie_segmentation", file: Uint8Array;
  try {
    path = named ?? personModelPath();
    file = await readFile(path);
  } catch (cause) {
    throw new ReenactError("MODEL_MISSING", `Expected the model file ${path} but it cannot be read; install the package again`, { cause });
  }
  try {
    return tfliteToOnnx(readTflite(file), "person");
  } catch (cause) {
    throw new ReenactError("MODEL_CORRUPT", `Expected MediaPipe's selfie segmentation in ${path} but it is another or damaged; install the package again`, { cause });
  }
}
