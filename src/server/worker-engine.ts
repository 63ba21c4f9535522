import type { Worker } from "node:worker_threads";
import { ReenactError } from "../errors.js";
import { isList, type Embedding, type FaceEngine, type GeneratedBatch } from "../model/engines/engine.js";
import { startWorker } from "../model/landmarks/start-worker.js";
import type { LoadedModel } from "../model/weights/load-weights.js";
import type { EnginePlan, EngineReply, EngineRequest } from "./engine-messages.js";

/** Milliseconds that the thread has to put its network away before it is ended. */
const CLOSE_TIMEOUT = 2000;

type Answer = Exclude<EngineReply, { readonly kind: "error" }>;

interface Waiting {
  resolve(reply: Answer): void;
  reject(error: Error): void;
}

/** What identifies an engine's weights. */
export type ModelIdentity = Pick<LoadedModel, "config" | "sha256">;

/**
 * Opens an engine in a thread of its own. onnxruntime computes on the thread that calls it: on the server's own, every run, and every
 * photo's, would hold up all sockets and pictures meanwhile.
 *
 * @throws ReenactError as opening it here does: MODEL_MISSING, MODEL_CORRUPT, ENGINE_UNAVAILABLE; INTERNAL when the thread ends
 */
export async function openWorkerEngine(plan: EnginePlan): Promise<{ readonly engine: FaceEngine; readonly model: ModelIdentity }> {
  const worker = startWorker(import.meta.url, "./engine-worker", { workerData: plan });
  const engine = new WorkerEngine(worker);
  try {
    return { engine, model: await engine.ready };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

class WorkerEngine implements FaceEngine {
  /** Resolves when the thread is ready, with what it loaded. */
  readonly ready: Promise<ModelIdentity>;
  name = "";
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  /** Under which name the thread has an embedding; it forgets those that nobody here has any more. */
  readonly #names = new WeakMap<Embedding, number>();
  readonly #unused = new FinalizationRegistry<number>((name) => this.#send({ kind: "forget", name }));
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;
  #count = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: EngineReply) => this.#receive(reply));
    worker.on("error", (cause) => this.#fail(cause));
    this.#exited = new Promise((resolve) => {
      worker.on("exit", (code) => {
        this.#fail(new Error(`the thread ended with code ${code}`));
        resolve();
      });
    });
    this.ready = this.#answer(0).then((reply) => {
      const { name, model } = reply as Answer & { kind: "ready" };
      this.name = name;
      return model;
    });
  }

  async encodeIdentity(photo: Float32Array): Promise<Embedding> {
    this.#check();
    const id = ++this.#count;
    this.#send({ kind: "identity", id, photo });
    return (await this.#answer(id) as Answer & { kind: "identity" }).embedding;
  }

  async generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch> {
    this.#check();
    const list = isList(embedding) ? embedding : Array.from({ length: count }, () => embedding);
    if (list.length !== count) throw new RangeError(`Expected one embedding or ${count}, one for each crop, but received ${list.length}`);
    const embeddings = list.map((one) => this.#nameOf(one)), id = ++this.#count;
    this.#send({ kind: "generate", id, drivers, count, embeddings });
    return (await this.#answer(id) as Answer & { kind: "generated" }).batch;
  }

  close(): Promise<void> {
    return this.#closing ??= (async () => {
      this.#send({ kind: "close" });
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#exited, new Promise((resolve) => { timer = setTimeout(resolve, CLOSE_TIMEOUT); })]);
      clearTimeout(timer);
      await this.#worker.terminate();
    })();
  }

  #nameOf(embedding: Embedding): number {
    let name = this.#names.get(embedding);
    if (name === undefined) {
      name = ++this.#count;
      this.#names.set(embedding, name);
      this.#unused.register(embedding, name);
      this.#send({ kind: "remember", name, embedding });
    }
    return name;
  }

  #send(request: EngineRequest): void {
    this.#worker.postMessage(request);
  }

  #answer(id: number): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive(reply: EngineReply): void {
    const id = "id" in reply ? reply.id : 0, waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (reply.kind !== "error") waiting?.resolve(reply);
    else waiting?.reject(reply.code ? new ReenactError(reply.code, reply.message) : new Error(reply.message));
  }

  #fail(cause: Error): void {
    this.#failure ??= new ReenactError("INTERNAL", "Expected the network's thread to answer but it has ended: start the server again.", { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  #check(): void {
    if (this.#closing) throw new Error("Expected an open engine but it was closed");
  }
}
