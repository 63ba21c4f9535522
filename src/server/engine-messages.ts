import type { ErrorCode } from "../errors.js";
import type { Embedding, GeneratedBatch } from "../model/engines/engine.js";
import type { EngineKind } from "../model/engines/open-engine.js";
import type { LoadedModel } from "../model/weights/load-weights.js";

/** Which engine the engine's thread opens, and with which weights; undefined: those of the package. */
export interface EnginePlan {
  readonly kind: EngineKind;
  readonly weights: string | undefined;
}

/** To the thread. `id` names what an answer is to. Embeddings are sent once, under a name, and then meant by it until it is forgotten. */
export type EngineRequest =
  | { readonly kind: "identity"; readonly id: number; readonly photo: Float32Array }
  | { readonly kind: "remember"; readonly name: number; readonly embedding: Embedding }
  | { readonly kind: "forget"; readonly name: number }
  | { readonly kind: "generate"; readonly id: number; readonly drivers: Float32Array; readonly count: number; readonly embeddings: readonly number[] }
  | { readonly kind: "close" };

/** From the thread: first that it is ready, or why not (an error with the id 0); then one answer to every request that has an id. */
export type EngineReply =
  | { readonly kind: "ready"; readonly name: string; readonly model: Pick<LoadedModel, "config" | "sha256"> }
  | { readonly kind: "identity"; readonly id: number; readonly embedding: Embedding }
  | { readonly kind: "generated"; readonly id: number; readonly batch: GeneratedBatch }
  | { readonly kind: "error"; readonly id: number; readonly message: string; readonly code?: ErrorCode | undefined };
