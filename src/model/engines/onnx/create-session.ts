import { InferenceSession } from "onnxruntime-node";
import { forbidTelemetry } from "../../no-telemetry.js";
import type { OnnxModel } from "./graph.js";

/** An inference session of a model, which is free to be forgotten then. Setting it up takes the calling thread for itself. */
export async function createSession({ bytes, externalData }: OnnxModel, options: InferenceSession.SessionOptions = {}): Promise<InferenceSession> {
  forbidTelemetry();
  return InferenceSession.create(bytes, { logSeverityLevel: 3, externalData, ...options });
}
