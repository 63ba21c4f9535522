import * as tf from "@tensorflow/tfjs";
import { ReenactError } from "../../../errors.js";
import { encodeIdentity, readExpression, reenactFace } from "../../network/aip-gan.js";
import { embeddingShapes, flattenEmbedding, unflattenEmbedding } from "../../network/decoder.js";
import type { LoadedModel } from "../../weights/load-weights.js";
import { gatherBatch, isList, joinParts, sharedEmbedding, splitWeights, type Embedding, type FaceEngine, type GeneratedBatch } from "../engine.js";
import { useBackend, type BackendKind } from "./backend.js";
import { TfjsOps } from "./tfjs-ops.js";

/** Runs the network with tfjs: native TensorFlow or WebGPU where they are, WASM otherwise. */
export async function createTfjsEngine(model: LoadedModel, backend: BackendKind | "auto" = "auto"): Promise<FaceEngine> {
  return new TfjsEngine(model, await useBackend(backend));
}

class TfjsEngine implements FaceEngine {
  readonly name: string;
  readonly #model: LoadedModel;
  readonly #weights = new Map<string, tf.Tensor>();
  readonly #ops: TfjsOps;
  #closed = false;

  constructor(model: LoadedModel, backend: BackendKind) {
    this.name = `tfjs (${backend})`;
    this.#model = model;
    for (const [name, { data, shape }] of model.weights) this.#weights.set(name, tf.tensor(data, [...shape]));
    this.#ops = new TfjsOps((name) => this.#weights.get(name)!);
  }

  async encodeIdentity(photo: Float32Array): Promise<Embedding> {
    this.#check();
    const { config } = this.#model;
    const tensors = tf.tidy(() => {
      const { embedding } = encodeIdentity<tf.Tensor>(this.#ops, config, tf.tensor4d(photo, [1, config.size, config.size, 3]));
      return flattenEmbedding(embedding);
    });
    const arrays = await Promise.all(Object.entries(tensors).map(async ([name, x]) => [name, (await x.data<"float32">()).slice()] as const));
    tf.dispose(tensors);
    return Object.fromEntries(arrays);
  }

  async read(drivers: Float32Array, count: number): Promise<Float32Array[]> {
    this.#check();
    const { config } = this.#model;
    const told = tf.tidy(() => readExpression<tf.Tensor>(this.#ops, config, tf.tensor4d(drivers, [count, config.size, config.size, 3])).weights);
    const weights = splitWeights(await told.data<"float32">(), count);
    tf.dispose(told);
    return weights;
  }

  async generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch> {
    this.#check();
    const { config } = this.#model;
    const given = sharedEmbedding(embedding, count);
    const photos = isList(given) ? count : 1;
    const tensors = tf.tidy(() => {
      const part = (name: string) => (isList(given) ? joinParts(given, name) : given[name]);
      const flat = Object.fromEntries(Object.entries(embeddingShapes(config)).map(([name, shape]) => [name, tf.tensor4d(part(name), [photos, ...shape])]));
      const driver = tf.tensor4d(drivers, [count, config.size, config.size, 3]);
      return { ...reenactFace<tf.Tensor>(this.#ops, config, driver, unflattenEmbedding<tf.Tensor>(config, flat)).generated };
    });
    const batch = await gatherBatch(count, async (name) => (await tensors[name].data<"float32">()).slice());
    tf.dispose(tensors);
    return batch;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ops.close();
    tf.dispose([...this.#weights.values()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #check(): void {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open engine but it was closed: open another one.");
  }
}
