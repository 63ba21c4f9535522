import type { Pixels } from "../../frame.js";
import type { DetectOptions } from "./source.js";

/** Which source a landmark worker makes. */
export type SourcePlan =
  | { readonly kind: "mediapipe"; readonly modelPath: string; readonly blendshapes?: boolean }
  | { readonly kind: "facemesh" };

/** To the worker: a picture whose faces are wanted. */
export interface LandmarkRequest {
  readonly image: Pixels;
  readonly options: DetectOptions;
}
