import type { ResourceLimits } from "node:worker_threads";
import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import { SpareMemory } from "../../spare-memory.js";
import { startWorker } from "../threads/start-worker.js";
import { WorkerConnection } from "../threads/worker-connection.js";
import type { FaceLandmarks } from "./face.js";
import type { LandmarkRequest, SourcePlan } from "./landmark-messages.js";
import type { DetectOptions, LandmarkSource } from "./source.js";

const ENDED = "Expected the landmark worker to answer but it has ended; run again, and with --landmarks facemesh if it happens again";

/** How a worker is started. */
export interface WorkerSourceOptions {
  /** Of the thread's JavaScript heap; Node's own when left out. */
  readonly resourceLimits?: ResourceLimits;
  /** Gives the thread up while it starts; of no effect afterwards. */
  readonly signal?: AbortSignal | undefined;
}

/** Pictures whose memory is kept: one is looked at while the next comes; and bytes of one, for HD and no more. */
const SPARE = 2, MOST_SPARE_BYTES = 1920 * 1080 * 3;

type Connection = WorkerConnection<LandmarkRequest, LandmarkSource["name"]>;

/**
 * A landmark source in a thread of its own. A picture is copied into memory that it sees too, unless its bytes lie in a SharedArrayBuffer;
 * pictures are worked off in order. An idle worker does not keep the program alive.
 *
 * @throws ReenactError as the source in the worker does: MODEL_MISSING, MODEL_CORRUPT, ENGINE_UNAVAILABLE; INTERNAL when the thread ends;
 *   the signal's reason when it is aborted
 */
export async function createWorkerSource(plan: SourcePlan, { resourceLimits, signal }: WorkerSourceOptions = {}): Promise<LandmarkSource> {
  signal?.throwIfAborted();
  const connection: Connection = new WorkerConnection(startWorker(import.meta.url, "./landmark-worker", { workerData: plan, resourceLimits }), ENDED);
  const stop = () => connection.retire();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return new WorkerSource(await connection.ready, connection);
  } catch (error) {
    connection.retire();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

class WorkerSource implements LandmarkSource {
  readonly #memory = new SpareMemory((bytes) => new SharedArrayBuffer(bytes), SPARE, MOST_SPARE_BYTES);
  #closed = false;

  constructor(readonly name: LandmarkSource["name"], private readonly connection: Connection) {}

  async detect(image: Pixels, options: DetectOptions = {}): Promise<FaceLandmarks[]> {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open landmark source but it was closed: open another one.");
    if (image.data.buffer instanceof SharedArrayBuffer) return this.#ask(image.data, image, options);
    return this.#memory.lend(image.data.length, (memory) => {
      const data = new Uint8Array(memory, 0, image.data.length);
      data.set(image.data);
      return this.#ask(data, image, options);
    });
  }

  #ask(data: Uint8Array, { width, height }: Pixels, options: DetectOptions): Promise<FaceLandmarks[]> {
    return this.connection.ask({ image: { data, width, height }, options });
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
