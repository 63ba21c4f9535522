import { workerData } from "node:worker_threads";
import type { Embedding } from "../model/engines/engine.js";
import { openEngine } from "../model/engines/open-engine.js";
import { serveThread } from "../model/threads/serve-thread.js";
import { loadWeights } from "../model/weights/load-weights.js";
import type { EnginePlan, EngineRequest, OpenedEngine } from "./engine-messages.js";

/** The thread of an {@link openWorkerEngine}. */
await serveThread<EngineRequest>(async () => {
  const { kind, weights } = workerData as EnginePlan, remembered = new Map<number, Embedding>();
  const model = await loadWeights(weights);
  const engine = await openEngine(model, kind, { keepsIdentity: true });
  const ready: OpenedEngine = { name: engine.name, model: { config: model.config, sha256: model.sha256 } };
  return {
    ready,
    answer(request) {
      switch (request.kind) {
        case "remember":
          return void remembered.set(request.name, request.embedding);
        case "forget":
          return void remembered.delete(request.name);
        case "identity":
          return engine.encodeIdentity(request.photo);
        case "read":
          return engine.read(request.drivers, request.count);
        case "generate":
          return engine.generate(request.drivers, request.count, request.embeddings.map((name) => remembered.get(name)!));
      }
    },
    close: () => engine.close(),
  };
});
