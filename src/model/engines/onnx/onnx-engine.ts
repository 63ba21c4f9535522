import type { InferenceSession, Tensor } from "onnxruntime-common";
import { ReenactError } from "../../../errors.js";
import { embeddingShapes } from "../../network/decoder.js";
import type { LoadedModel } from "../../weights/load-weights.js";
import { gatherBatch, isList, joinParts, sharedEmbedding, splitWeights, type Embedding, type FaceEngine, type GeneratedBatch } from "../engine.js";
import { buildFrameModel, buildIdentityModel, buildReadingModel, type StoredWeight } from "./build-models.js";
import { createSession } from "./create-session.js";
import { onnxruntime } from "./onnxruntime.js";

/**
 * Runs the network with onnxruntime on the CPU: the fastest engine without a GPU. `threads` 0 leaves their number to onnxruntime.
 * `keepsIdentity`: see `EngineOptions`.
 */
export async function createOnnxEngine(model: LoadedModel, threads = 0, keepsIdentity = false): Promise<FaceEngine> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    // Threads that spin while they wait would take the cores from the landmarks, ffmpeg and the rig.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
  // Every use reads; only some paint.
  const reading = await createSession(buildReadingModel(model.config, weightOf(model)), options);
  return new OnnxEngine(model, reading, () => createSession(buildFrameModel(model.config, weightOf(model)), options), keepsIdentity);
}

function weightOf({ tensors }: LoadedModel): StoredWeight {
  return (name) => tensors.get(name)!;
}

class OnnxEngine implements FaceEngine {
  readonly name = "onnx";
  readonly #model: LoadedModel;
  readonly #reading: InferenceSession;
  readonly #openFrames: () => Promise<InferenceSession>;
  #frames: Promise<InferenceSession> | undefined;
  readonly #keepsIdentity: boolean;
  #identity: Promise<InferenceSession> | undefined;
  /** An embedding's tensors, made once. */
  readonly #tensors = new WeakMap<Embedding, Record<string, Tensor>>();
  #closed = false;

  constructor(model: LoadedModel, reading: InferenceSession, openFrames: () => Promise<InferenceSession>, keepsIdentity: boolean) {
    this.#model = model;
    this.#reading = reading;
    this.#openFrames = openFrames;
    this.#keepsIdentity = keepsIdentity;
  }

  async encodeIdentity(photo: Float32Array): Promise<Embedding> {
    this.#check();
    const { size } = this.#model.config;
    const open = () => createSession(buildIdentityModel(this.#model.config, weightOf(this.#model)));
    const session = await (this.#keepsIdentity ? this.#identity ??= open() : open());
    try {
      const result = await session.run({ photo: new onnxruntime.Tensor("float32", photo, [1, size, size, 3]) });
      return Object.fromEntries(Object.keys(embeddingShapes(this.#model.config)).map((name) => [name, (result[name].data as Float32Array).slice()]));
    } finally {
      if (!this.#keepsIdentity) await session.release(); // not worth its memory to whoever has one photo
    }
  }

  async read(drivers: Float32Array, count: number): Promise<Float32Array[]> {
    this.#check();
    const { size } = this.#model.config;
    const { weights } = await this.#reading.run({ driver: new onnxruntime.Tensor("float32", drivers, [count, size, size, 3]) });
    return splitWeights(weights.data as Float32Array, count);
  }

  async generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch> {
    this.#check();
    const { size } = this.#model.config;
    const driver = new onnxruntime.Tensor("float32", drivers, [count, size, size, 3]);
    const made = await (await (this.#frames ??= this.#openFrames())).run({ ...this.#tensorsOf(sharedEmbedding(embedding, count)), driver });
    return gatherBatch(count, (name) => made[name].data as Float32Array);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await (await this.#identity)?.release();
    await (await this.#frames)?.release();
    await this.#reading.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tensorsOf(embedding: Embedding | readonly Embedding[]): Record<string, Tensor> {
    const shapes = Object.entries(embeddingShapes(this.#model.config));
    if (isList(embedding)) {
      return Object.fromEntries(shapes.map(([name, shape]) => [name, new onnxruntime.Tensor("float32", joinParts(embedding, name), [embedding.length, ...shape])]));
    }
    let tensors = this.#tensors.get(embedding);
    if (!tensors) {
      tensors = Object.fromEntries(shapes.map(([name, shape]) => [name, new onnxruntime.Tensor("float32", embedding[name], [1, ...shape])]));
      this.#tensors.set(embedding, tensors);
    }
    return tensors;
  }

  #check(): void {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open engine but it was closed: open another one.");
  }
}
