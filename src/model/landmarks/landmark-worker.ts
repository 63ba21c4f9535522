import { workerData } from "node:worker_threads";
import { serveThread } from "../threads/serve-thread.js";
import type { LandmarkRequest, SourcePlan } from "./landmark-messages.js";

/** The thread of a {@link createWorkerSource}. Points are copied to whoever asked: the source goes on from them at the next picture. */
await serveThread<LandmarkRequest>(async () => {
  const plan = workerData as SourcePlan;
  // Either's libraries take a while to load.
  const source = plan.kind === "mediapipe" ? await (await import("./mediapipe-source.js")).createMediapipeSource(plan)
    : await (await import("./facemesh-source.js")).createFacemeshSource();
  // The source itself keeps calls in order.
  return { ready: source.name, answer: ({ image, options }) => source.detect(image, options), close: () => source.close() };
});
