import { parentPort, workerData } from "node:worker_threads";
import { ReenactError } from "../errors.js";
import type { Embedding, FaceEngine } from "../model/engines/engine.js";
import { openEngine } from "../model/engines/open-engine.js";
import { loadWeights } from "../model/weights/load-weights.js";
import type { EnginePlan, EngineReply, EngineRequest } from "./engine-messages.js";

/** The thread of a {@link openWorkerEngine}: opens one engine and answers requests until it is told to close. */
if (!parentPort) throw new Error("Expected to run as a worker thread");
const port = parentPort;
const remembered = new Map<number, Embedding>();

function send(reply: EngineReply): void {
  port.postMessage(reply);
}

function tell(id: number, error: unknown): void {
  send({ kind: "error", id, message: (error as Error).message, code: error instanceof ReenactError ? error.code : undefined });
}

async function answer(engine: FaceEngine, request: EngineRequest): Promise<void> {
  switch (request.kind) {
    case "remember":
      return void remembered.set(request.name, request.embedding);
    case "forget":
      return void remembered.delete(request.name);
    case "identity":
      return send({ kind: "identity", id: request.id, embedding: await engine.encodeIdentity(request.photo) });
    case "generate": {
      const { id, drivers, count, embeddings } = request;
      return send({ kind: "generated", id, batch: await engine.generate(drivers, count, embeddings.map((name) => remembered.get(name)!)) });
    }
    case "close":
      await engine.close();
      port.close(); // nothing keeps the thread alive any more
  }
}

try {
  const { kind, weights } = workerData as EnginePlan;
  const model = await loadWeights(weights);
  const engine = await openEngine(model, kind, { keepsIdentity: true });
  port.on("message", (request: EngineRequest) => void answer(engine, request).catch((error: unknown) => tell("id" in request ? request.id : 0, error)));
  send({ kind: "ready", name: engine.name, model: { config: model.config, sha256: model.sha256 } });
} catch (error) {
  tell(0, error);
}
