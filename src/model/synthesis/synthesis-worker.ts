import { workerData } from "node:worker_threads";
import { serveThread } from "../threads/serve-thread.js";
import { loadBasis } from "./load-basis.js";
import { readRgb } from "./read-rgb.js";
import { synthesisePhoto } from "./synthesise-photo.js";
import type { SynthesisJob, SynthesisWorkerData } from "./synthesis-workers.js";

/** A thread of {@link SynthesisWorkers}: photos in, crops out. */
await serveThread<SynthesisJob>(async () => {
  const basis = await loadBasis((workerData as SynthesisWorkerData).basisDir);
  return {
    ready: undefined,
    answer: async ({ path, face, expressions }) => synthesisePhoto(basis, await readRgb(path), face, expressions),
    close: () => {},
  };
});
