import type { FaceLandmarks } from "../landmarks/face.js";
import { startWorker } from "../threads/start-worker.js";
import { WorkerConnection } from "../threads/worker-connection.js";
import type { PhotoCrops } from "./synthesise-photo.js";

/** What every thread is started with. */
export interface SynthesisWorkerData {
  readonly basisDir: string;
}

/** One photo to synthesise. */
export interface SynthesisJob {
  readonly path: string;
  readonly face: FaceLandmarks;
  /** [51] each. */
  readonly expressions: readonly Float32Array[];
}

const ENDED = "Expected the synthesis thread to answer but it has ended: there may be too little memory for so many; build again.";

type Connection = WorkerConnection<SynthesisJob, undefined>;

/** Threads that synthesise photos; each works on one at a time. */
export class SynthesisWorkers implements AsyncDisposable {
  readonly #all: Connection[];
  readonly #idle: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  /** @param basisDir folder of the face basis, which every thread loads for itself */
  constructor(basisDir: string, count: number) {
    const workerData: SynthesisWorkerData = { basisDir };
    this.#all = Array.from({ length: count }, () => new WorkerConnection(startWorker(import.meta.url, "./synthesis-worker", { workerData }), ENDED));
    this.#idle = [...this.#all];
  }

  /** Synthesises one photo as soon as a thread is free. @throws ReenactError what loading the basis throws; INTERNAL when the thread ends */
  async run(job: SynthesisJob): Promise<PhotoCrops> {
    const connection = this.#idle.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      await connection.ready;
      return await connection.ask(job);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }

  /** Ends the threads; what they were doing is dropped. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((connection) => connection.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
