import type { InferenceSession } from "onnxruntime-common";
import { forbidTelemetry } from "../../no-telemetry.js";
import type { OnnxModel } from "./graph.js";
import { onnxruntime } from "./onnxruntime.js";

/** An inference session of a model, which is free to be forgotten then. Setting it up takes the calling thread for itself. */
export async function createSession({ bytes, externalData }: OnnxModel, options: InferenceSession.SessionOptions = {}): Promise<InferenceSession> {
  forbidTelemetry();
  return onnxruntime.InferenceSession.create(bytes, { logSeverityLevel: 3, externalData, ...options });
}
