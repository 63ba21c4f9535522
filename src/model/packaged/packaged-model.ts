import { join } from "node:path";
import { carriedFolder } from "../../carried.js";
import { ReenactError } from "../../errors.js";
import { createSession } from "../engines/onnx/create-session.js";
import { onnxruntime } from "../engines/onnx/onnxruntime.js";
import { readTfjsModel } from "./tfjs-model-file.js";
import { tfjsToOnnx } from "./tfjs-to-onnx.js";

/** A model of the `@vladmandic/human` package, translated to ONNX and ready to run on one thread. */
export interface PackagedModel extends AsyncDisposable {
  /**
   * Runs it on planar pictures [count, channels, side, side], of three channels when left out; the outputs have the names that were
   * asked for, or those of the model's final nodes.
   */
  run(planes: Float32Array, count: number, side: number, channels?: number): Promise<Readonly<Record<string, Float32Array>>>;
  close(): Promise<void>;
}

/** Names of the models in the package that are used here. */
export type PackagedModelName = "blazeface" | "emotion" | "facemesh" | "faceres" | "iris";

/** Where the package keeps a model's `model.json`. */
export function packagedModelPath(name: PackagedModelName): string {
  return join(carriedFolder("@vladmandic/human"), "models", `${name}.json`);
}

/**
 * Opens a model of the package; nothing is fetched.
 *
 * @param outputs names for what it is to give, each with the node it is the value of; the model's final nodes when left out
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function openPackagedModel(name: PackagedModelName, outputs?: Readonly<Record<string, string>>): Promise<PackagedModel> {
  const model = tfjsToOnnx(await readTfjsModel(packagedModelPath(name)), name, outputs);
  // One thread: these nets are too small to gain from more, and the other cores have the generator to run.
  const session = await createSession(model, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: "all" }).catch((cause: unknown) => {
    throw new ReenactError("ENGINE_UNAVAILABLE", `Expected onnxruntime to run the ${name} model but it cannot be set up; `
      + "run `reenact doctor`", { cause });
  });
  return {
    async run(planes, count, side, channels = 3) {
      const results = await session.run({ input: new onnxruntime.Tensor("float32", planes, [count, channels, side, side]) });
      return Object.fromEntries(Object.entries(results).map(([key, { data }]) => [key, data as Float32Array]));
    },
    close: () => session.release(),
    [Symbol.asyncDispose]: () => session.release(),
  };
}
