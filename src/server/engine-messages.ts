import type { Embedding } from "../model/engines/engine.js";
import type { EngineKind } from "../model/engines/open-engine.js";
import type { LoadedModel } from "../model/weights/load-weights.js";

/** Which engine the engine's thread opens, and with which weights; undefined: those of the package. */
export interface EnginePlan {
  readonly kind: EngineKind;
  readonly weights: string | undefined;
}

/** What identifies an engine's weights. */
export type ModelIdentity = Pick<LoadedModel, "config" | "sha256">;

/** What the thread opened. */
export interface OpenedEngine {
  readonly name: string;
  readonly model: ModelIdentity;
}

/**
 * To the thread. The answer to `identity` is an Embedding, to `read` a list of weights, to `generate` a GeneratedBatch; the others have none. Embeddings are sent once,
 * under a name, and then meant by it until it is forgotten. Drivers lie in memory that both see, which is not written to until the answer has come.
 */
export type EngineRequest =
  | { readonly kind: "identity"; readonly photo: Float32Array }
  | { readonly kind: "read"; readonly drivers: Float32Array; readonly count: number }
  | { readonly kind: "remember"; readonly name: number; readonly embedding: Embedding }
  | { readonly kind: "forget"; readonly name: number }
  | { readonly kind: "generate"; readonly drivers: Float32Array; readonly count: number; readonly embeddings: readonly number[] };
