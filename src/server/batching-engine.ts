import { framesOf, type Embedding, type FaceEngine, type GeneratedBatch } from "../model/engines/engine.js";
import { CROP_SIZE } from "../model/geometry/alignment.js";

const CROP_LENGTH = CROP_SIZE * CROP_SIZE * 3;

interface Request {
  readonly drivers: Float32Array;
  readonly count: number;
  readonly embeddings: readonly Embedding[];
  resolve(result: GeneratedBatch): void;
  reject(error: unknown): void;
}

/**
 * One engine for all sessions: calls that come while the network runs wait for each other and go through it together in the next run,
 * each frame against its own photo. A call that finds it idle does not wait.
 */
export class BatchingEngine implements FaceEngine {
  readonly #engine: FaceEngine;
  readonly #maxBatch: number;
  readonly #onBatch: (frames: number) => void;
  readonly #waiting: Request[] = [];
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

  /** As {@link FaceEngine.generate}; `batch` is the size of the run that the frames went through with those of others. */
  generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch & { readonly batch: number }> {
    const embeddings = Array.isArray(embedding) ? embedding as readonly Embedding[] : Array.from({ length: count }, () => embedding as Embedding);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ drivers, count, embeddings, resolve: resolve as Request["resolve"], reject });
      this.#running ??= this.#work();
    });
  }

  /** Runs until nobody waits. */
  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = [this.#waiting.shift()!];
      let count = batch[0].count;
      while (this.#waiting.length > 0 && count + this.#waiting[0].count <= this.#maxBatch) {
        count += this.#waiting[0].count;
        batch.push(this.#waiting.shift()!);
      }
      await this.#run(batch, count);
    }
    this.#running = undefined;
  }

  async #run(batch: readonly Request[], count: number): Promise<void> {
    try {
      const drivers = batch.length === 1 ? batch[0].drivers : new Float32Array(count * CROP_LENGTH);
      if (batch.length > 1) {
        let at = 0;
        for (const request of batch) {
          drivers.set(request.drivers, at);
          at += request.drivers.length;
        }
      }
      this.#onBatch(count);
      const made = await this.#engine.generate(drivers, count, batch.flatMap(({ embeddings }) => embeddings));
      let first = 0;
      for (const request of batch) {
        const last = first + request.count;
        request.resolve({ ...framesOf(made, first, last), batch: count } as GeneratedBatch);
        first = last;
      }
    } catch (error) {
      for (const request of batch) request.reject(error);
    }
  }

  /** Waits for the runs under way, then closes the engine. */
  async close(): Promise<void> {
    await this.#running;
    await this.#engine.close();
  }
}
