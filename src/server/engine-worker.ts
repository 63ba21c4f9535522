import { workerData } from "node:worker_threads";
import type { Embedding } from "../model/engines/engine.js";
import { openEngine } from "../model/engines/open-engine.js";
import { serveThread } from "../model/threads/serve-thread.js";
import { loadWeights } from "../model/weights/load-weights.js";
import { SpareMemory } from "../spare-memory.js";
import type { EnginePlan, EngineRequest, OpenedEngine } from "./engine-messages.js";

/** The thread of an {@link openWorkerEngine}. */
await serveThread<EngineRequest>(async () => {
  const { kind, weights } = workerData as EnginePlan, remembered = new Map<number, Embedding>();
  const model = await loadWeights(weights);
  const engine = await openEngine(model, kind, { keepsIdentity: true });
  const memory = new SpareMemory((bytes) => new ArrayBuffer(bytes), 1, Infinity); // what is lent is no larger than a batch
  /** onnxruntime takes nothing out of memory that is shared. */
  const unshared = <T>(drivers: Float32Array, use: (own: Float32Array) => Promise<T>): Promise<T> => memory.lend(drivers.byteLength, (piece) => {
    const own = new Float32Array(piece, 0, drivers.length);
    own.set(drivers);
    return use(own);
  });
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
          return unshared(request.drivers, (own) => engine.read(own, request.count));
        case "generate":
          return unshared(request.drivers, (own) => engine.generate(own, request.count, request.embeddings.map((name) => remembered.get(name)!)));
      }
    },
    close: () => engine.close(),
  };
});
