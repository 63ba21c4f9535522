import { told } from "../../as-reenact-error.js";
import { createFacemeshSource } from "./facemesh-source.js";
import type { SourcePlan } from "./landmark-messages.js";
import { createMediapipeSource } from "./mediapipe-source.js";
import { ensureModelFile, findModelFile, type ModelFileOptions, requireModelFile } from "./model-file.js";
import type { LandmarkSource } from "./source.js";
import { createWorkerSource } from "./worker-source.js";

/** Which landmark source is opened, and how. */
export interface LandmarkOptions extends ModelFileOptions {
  /** "auto", when left out, takes MediaPipe if its model is on this machine already, else FaceMesh, which always is. */
  readonly kind?: "auto" | LandmarkSource["name"];
  /** Nothing is fetched, not even for "mediapipe". */
  readonly offline?: boolean;
  /** Whether MediaPipe measures its 52 expression scores too; true when left out. */
  readonly blendshapes?: boolean;
  /** Whether the source runs in a thread of its own; true when left out. */
  readonly worker?: boolean;
}

/**
 * Opens a source of landmarks.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT, DISK_FULL or ENGINE_UNAVAILABLE; ABORTED
 */
export function openLandmarks(options: LandmarkOptions = {}): Promise<LandmarkSource> {
  return told(options.signal, async () => {
    const plan = await planLandmarks(options);
    options.signal?.throwIfAborted();
    if (options.worker ?? true) return createWorkerSource(plan, { signal: options.signal });
    return plan.kind === "mediapipe" ? createMediapipeSource(plan) : createFacemeshSource();
  });
}

async function planLandmarks(options: LandmarkOptions): Promise<SourcePlan> {
  const { kind = "auto", offline = false, blendshapes } = options;
  if (kind === "facemesh") return { kind };
  if (kind === "auto") {
    const modelPath = await findModelFile(options);
    return modelPath ? { kind: "mediapipe", modelPath, blendshapes } : { kind: "facemesh" };
  }
  return { kind, modelPath: await (offline ? requireModelFile(options) : ensureModelFile(options)), blendshapes };
}
