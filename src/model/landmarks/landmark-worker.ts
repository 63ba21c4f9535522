import { workerData } from "node:worker_threads";
import { serveThread } from "../threads/serve-thread.js";
import { createFacemeshSource } from "./facemesh-source.js";
import type { LandmarkRequest, SourcePlan } from "./landmark-messages.js";
import { createMediapipeSource } from "./mediapipe-source.js";

/** The thread of a {@link createWorkerSource}. Points are copied to whoever asked: the source goes on from them at the next picture. */
await serveThread<LandmarkRequest>(async () => {
  const plan = workerData as SourcePlan;
  const source = plan.kind === "mediapipe" ? await createMediapipeSource(plan) : await createFacemeshSource();
  // The source itself keeps calls in order.
  return { ready: source.name, answer: ({ image, options }) => source.detect(image, options), close: () => source.close() };
});
