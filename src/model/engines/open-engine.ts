import { ReenactError } from "../../errors.js";
import type { LoadedModel } from "../weights/load-weights.js";
import type { FaceEngine } from "./engine.js";

/** What runs the network. `auto` takes ONNX, and tfjs where onnxruntime does not load. */
export type EngineKind = "auto" | "onnx" | "tfjs";

/**
 * Opens an engine; libraries are loaded only when they are chosen. Whoever opens it closes it.
 *
 * @throws ReenactError ENGINE_UNAVAILABLE when the one asked for does not load on this machine
 */
export async function openEngine(model: LoadedModel, kind: EngineKind = "auto"): Promise<FaceEngine> {
  if (kind === "tfjs") return (await import("./tfjs/tfjs-engine.js")).createTfjsEngine(model);
  try {
    return await (await import("./onnx/onnx-engine.js")).createOnnxEngine(model);
  } catch (cause) {
    if (kind === "auto") return openEngine(model, "tfjs");
    const why = (cause as Error).message.split("\n")[0];
    throw new ReenactError("ENGINE_UNAVAILABLE", `Expected the engine "onnx" but it does not start (${why}); install again or use --engine tfjs`, { cause });
  }
}
