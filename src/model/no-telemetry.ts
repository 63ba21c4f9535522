/**
 * Keeps onnxruntime from what its Linux builds do since 1.29 unless they are told otherwise: sending a device id, the machine's kind and
 * hashes of models to their maker. To be called before a first session; in a thread it is too late, since a thread's environment is a copy
 * that native code does not see: then by who starts the thread.
 */
export function forbidTelemetry(): void {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
}
