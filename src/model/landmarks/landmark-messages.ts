import type { ErrorCode } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";
import type { DetectOptions, LandmarkSource } from "./source.js";

/** Which source a landmark worker makes. */
export type SourcePlan =
  | { readonly kind: "mediapipe"; readonly modelPath: string; readonly blendshapes?: boolean }
  | { readonly kind: "facemesh" };

/** To the worker: a picture, or the wish that it ends. */
export type LandmarkRequest =
  | { readonly kind: "detect"; readonly image: Pixels; readonly options: DetectOptions }
  | { readonly kind: "close" };

/** What can be told of an error across threads. */
export interface ErrorNote {
  /** Of a ReenactError; absent for any other. */
  readonly code?: ErrorCode;
  readonly message: string;
  readonly stack?: string;
}

/** From the worker: first that it is ready, or why not; then one answer for every picture, in their order. */
export type LandmarkReply =
  | { readonly kind: "ready"; readonly name: LandmarkSource["name"] }
  | { readonly kind: "faces"; readonly faces: FaceLandmarks[] }
  | { readonly kind: "error"; readonly error: ErrorNote };
