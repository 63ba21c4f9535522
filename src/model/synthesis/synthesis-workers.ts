import type { Worker } from "node:worker_threads";
import type { FaceLandmarks } from "../landmarks/face.js";
import { startWorker } from "../threads/start-worker.js";
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

/** What a thread answers. */
export type SynthesisReply = { readonly crops: PhotoCrops } | { readonly error: unknown };

/** Threads that synthesise photos; each works on one at a time. */
export class SynthesisWorkers implements AsyncDisposable {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  /** @param basisDir folder of the face basis, which every thread loads for itself */
  constructor(basisDir: string, count: number) {
    const workerData: SynthesisWorkerData = { basisDir };
    this.#workers = Array.from({ length: count }, () => startWorker(import.meta.url, "./synthesis-worker", { workerData }));
    this.#idle = [...this.#workers];
  }

  /** Synthesises one photo as soon as a thread is free. */
  async run(job: SynthesisJob): Promise<PhotoCrops> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    const reply = await ask(worker, job);
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#idle.push(worker);
    if ("error" in reply) throw reply.error;
    return reply.crops;
  }

  /** Ends the threads; what they were doing is dropped. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function ask(worker: Worker, job: SynthesisJob): Promise<SynthesisReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    const onMessage = (message: SynthesisReply): void => { settle(); resolve(message); };
    const onError = (error: unknown): void => { settle(); reject(error); };
    const onExit = (code: number): void => { settle(); reject(new Error(`A synthesis thread ended with code ${code}`)); };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job);
  });
}
