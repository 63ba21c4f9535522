import { framesOf, type Embedding, type FaceEngine, type GeneratedBatch } from "../model/engines/engine.js";
import { CROP_SIZE } from "../model/geometry/alignment.js";

const CROP_LENGTH = CROP_SIZE * CROP_SIZE * 3;

/** Crops on their way through the network; without embeddings they are read, with one for each they are painted. */
interface Request {
  readonly drivers: Float32Array;
  readonly count: number;
  readonly embeddings: readonly Embedding[] | undefined;
  /** @param made of the whole run @param first of this request's crops in it @param size of the run */
  resolve(made: Float32Array[] | GeneratedBatch, first: number, size: number): void;
  reject(error: unknown): void;
}

/** A result, and the size of the run that its frames went through with those of others. */
export interface Batched<T> {
  readonly result: T;
  readonly batch: number;
}

/**
 * One engine for all sessions: calls that come while the network runs wait for each other and go through it together in the next run.
 * A call that finds it idle does not wait.
 */
export class BatchingEngine implements FaceEngine {
  readonly #engine: FaceEngine;
  readonly #maxBatch: number;
  readonly #onBatch: (frames: number) => void;
  readonly #waiting: Request[] = [];
  /** Where the crops of several requests are put one after another: one run is made at a time. */
  #joined = new Float32Array(0);
  #running: Promise<void> | undefined;

  /**
   * @param engine is closed with this one
   * @param maxBatch frames in one run, at most
   * @param onBatch is told of every run's size
   */
  constructor(engine: FaceEngine, maxBatch: number, onBatch: (frames: number) => void = () => {}) {
    this.#engine = engine;
    this.#maxBatch = maxBatch;
    this.#onBatch = onBatch;
  }

  get name(): string {
    return this.#engine.name;
  }

  encodeIdentity(photo: Float32Array): Promise<Embedding> {
    return this.#engine.encodeIdentity(photo);
  }

  async read(drivers: Float32Array, count: number): Promise<Float32Array[]> {
    return (await this.readBatched(drivers, count)).result;
  }

  /** {@link read}, and with how many frames. */
  readBatched(drivers: Float32Array, count: number): Promise<Batched<Float32Array[]>> {
    return this.#enter(drivers, count, undefined, (made, first) => (made as Float32Array[]).slice(first, first + count));
  }

  async generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch> {
    return (await this.generateBatched(drivers, count, embedding)).result;
  }

  /** {@link generate}, and with how many frames. */
  generateBatched(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<Batched<GeneratedBatch>> {
    const embeddings = Array.isArray(embedding) ? embedding as readonly Embedding[] : Array.from({ length: count }, () => embedding as Embedding);
    return this.#enter(drivers, count, embeddings, (made, first) => framesOf(made as GeneratedBatch, first, first + count));
  }

  #enter<T>(
    drivers: Float32Array, count: number, embeddings: readonly Embedding[] | undefined, part: (made: Float32Array[] | GeneratedBatch, first: number) => T,
  ): Promise<Batched<T>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ drivers, count, embeddings, reject, resolve: (made, first, batch) => resolve({ result: part(made, first), batch }) });
      this.#running ??= this.#work();
    });
  }

  /** Runs until nobody waits. */
  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = [this.#waiting.shift()!], painted = batch[0].embeddings !== undefined;
      let count = batch[0].count;
      for (let i = 0; i < this.#waiting.length && count + this.#waiting[i].count <= this.#maxBatch;) {
        if ((this.#waiting[i].embeddings !== undefined) !== painted) {
          i++; // its turn comes with its own kind
          continue;
        }
        count += this.#waiting[i].count;
        batch.push(...this.#waiting.splice(i, 1));
      }
      await this.#run(batch, count);
    }
    this.#running = undefined;
  }

  async #run(batch: readonly Request[], count: number): Promise<void> {
    try {
      const drivers = batch.length === 1 ? batch[0].drivers : this.#join(batch, count * CROP_LENGTH);
      this.#onBatch(count);
      const made = batch[0].embeddings ? await this.#engine.generate(drivers, count, batch.flatMap(({ embeddings }) => embeddings!)) : await this.#engine.read(drivers, count);
      let first = 0;
      for (const request of batch) {
        request.resolve(made, first, count);
        first += request.count;
      }
    } catch (error) {
      for (const request of batch) request.reject(error);
    }
  }

  #join(batch: readonly Request[], length: number): Float32Array {
    if (this.#joined.length < length) this.#joined = new Float32Array(length);
    let at = 0;
    for (const { drivers } of batch) {
      this.#joined.set(drivers, at);
      at += drivers.length;
    }
    return this.#joined.subarray(0, length);
  }

  /** Waits for the runs under way, then closes the engine. */
  async close(): Promise<void> {
    await this.#running;
    await this.#engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
