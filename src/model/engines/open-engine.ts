import { ReenactError } from "../../errors.js";
import type { LoadedModel } from "../weights/load-weights.js";
import type { FaceEngine } from "./engine.js";
import { loadTfjs } from "./load-tfjs.js";

/** What runs the network. `auto` takes ONNX, and tfjs where onnxruntime does not load. */
export type EngineKind = "auto" | "onnx" | "tfjs";

/** How an engine is opened. */
export interface EngineOptions {
  /** The ONNX engine keeps the network that looks at photos once it has built it: for whoever has many of them. Default no. */
  readonly keepsIdentity?: boolean;
}

/**
 * Opens an engine; libraries are loaded only when they are chosen. Whoever opens it closes it.
 *
 * @throws ReenactError ENGINE_UNAVAILABLE when the one asked for does not load on this machine
 */
export async function openEngine(model: LoadedModel, kind: EngineKind = "auto", { keepsIdentity }: EngineOptions = {}): Promise<FaceEngine> {
  if (kind === "tfjs") return (await loadTfjs(() => import("./tfjs/tfjs-engine.js"))).createTfjsEngine(model);
  try {
    return await (await import("./onnx/onnx-engine.js")).createOnnxEngine(model, 0, keepsIdentity);
  } catch (cause) {
    const other = kind === "auto" ? await openEngine(model, "tfjs").catch(() => undefined) : undefined;
    if (other) return other;
    const why = (cause as Error).message.split("\n")[0];
    throw new ReenactError("ENGINE_UNAVAILABLE", `Expected the engine "onnx" but it does not start (${why}): install again, or use --engine tfjs.`, { cause });
  }
}
