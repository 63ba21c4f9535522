import { ReenactError } from "../errors.js";
import { isList, type Embedding, type FaceEngine, type GeneratedBatch } from "../model/engines/engine.js";
import { CROP_SIZE } from "../model/geometry/alignment.js";
import { startWorker } from "../model/threads/start-worker.js";
import { WorkerConnection } from "../model/threads/worker-connection.js";
import { SpareMemory } from "../spare-memory.js";
import type { EnginePlan, EngineRequest, ModelIdentity, OpenedEngine } from "./engine-messages.js";

const ENDED = "Expected the network's thread to answer but it has ended: start the server again.";

/** Bytes of crops whose memory is kept: of a batch as large as they usually are. */
const MOST_SPARE_BYTES = 8 * CROP_SIZE * CROP_SIZE * 3 * Float32Array.BYTES_PER_ELEMENT;

type Connection = WorkerConnection<EngineRequest, OpenedEngine>;

/**
 * Opens an engine in a thread of its own. onnxruntime computes on the thread that calls it: on the server's own, every run, and every
 * photo's, would hold up all sockets and pictures meanwhile.
 *
 * @throws ReenactError as opening it here does: MODEL_MISSING, MODEL_CORRUPT, ENGINE_UNAVAILABLE; INTERNAL when the thread ends
 */
export async function openWorkerEngine(plan: EnginePlan): Promise<{ readonly engine: FaceEngine; readonly model: ModelIdentity }> {
  const connection: Connection = new WorkerConnection(startWorker(import.meta.url, "./engine-worker", { workerData: plan }), ENDED);
  try {
    const { name, model } = await connection.ready;
    return { engine: new WorkerEngine(name, connection), model };
  } catch (error) {
    await connection.terminate();
    throw error;
  }
}

class WorkerEngine implements FaceEngine {
  /** Under which name the thread has an embedding; it forgets those that nobody here has any more. */
  readonly #names = new WeakMap<Embedding, number>();
  readonly #unused = new FinalizationRegistry<number>((name) => this.connection.tell({ kind: "forget", name }));
  /** Where the thread sees crops too; one run is made at a time. */
  readonly #memory = new SpareMemory((bytes) => new SharedArrayBuffer(bytes), 1, MOST_SPARE_BYTES);
  #closed = false;
  #count = 0;

  constructor(readonly name: string, private readonly connection: Connection) {}

  async encodeIdentity(photo: Float32Array): Promise<Embedding> {
    this.#check();
    return this.connection.ask({ kind: "identity", photo });
  }

  async read(drivers: Float32Array, count: number): Promise<Float32Array[]> {
    this.#check();
    return this.#lend(drivers, (lent) => this.connection.ask({ kind: "read", drivers: lent, count }));
  }

  async generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch> {
    this.#check();
    const list = isList(embedding) ? embedding : Array.from({ length: count }, () => embedding);
    if (list.length !== count) throw new ReenactError("USAGE", `Expected one embedding or ${count}, one for each crop, but received ${list.length}.`);
    const embeddings = list.map((one) => this.#nameOf(one));
    return this.#lend(drivers, (lent) => this.connection.ask({ kind: "generate", drivers: lent, count, embeddings }));
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Puts crops where the thread sees them until it has answered. */
  #lend<T>(drivers: Float32Array, ask: (lent: Float32Array) => Promise<T>): Promise<T> {
    return this.#memory.lend(drivers.byteLength, (memory) => {
      const lent = new Float32Array(memory, 0, drivers.length);
      lent.set(drivers);
      return ask(lent);
    });
  }

  #nameOf(embedding: Embedding): number {
    let name = this.#names.get(embedding);
    if (name === undefined) {
      name = ++this.#count;
      this.#names.set(embedding, name);
      this.#unused.register(embedding, name);
      this.connection.tell({ kind: "remember", name, embedding });
    }
    return name;
  }

  #check(): void {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open engine but it was closed: open another one.");
  }
}
