import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FaceLandmarks } from "../landmarks/face.js";
import type { PhotoCrops } from "./synthesise-photo.js";

/** One photo to synthesise. */
export interface SynthesisJob {
  readonly path: string;
  readonly face: FaceLandmarks;
  /** [51] each. */
  readonly expressions: readonly Float32Array[];
}

/** What a worker answers. */
export type SynthesisReply = { readonly crops: PhotoCrops } | { readonly error: unknown };

/** Processes that synthesise photos; each works on one at a time. */
export class SynthesisWorkers implements AsyncDisposable {
  readonly #workers: ChildProcess[];
  readonly #idle: ChildProcess[];
  readonly #waiting: ((worker: ChildProcess) => void)[] = [];

  /** @param basisDir folder of the face basis, which every process loads for itself */
  constructor(basisDir: string, count: number) {
    const entry = fileURLToPath(new URL(`./synthesis-worker${extname(import.meta.url)}`, import.meta.url)); // .ts when run from the sources
    this.#workers = Array.from({ length: count }, () => fork(entry, [basisDir], { serialization: "advanced" }));
    this.#idle = [...this.#workers];
  }

  /** Synthesises one photo as soon as a process is free. */
  async run(job: SynthesisJob): Promise<PhotoCrops> {
    const worker = this.#idle.pop() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    const reply = await ask(worker, job);
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#idle.push(worker);
    if ("error" in reply) throw reply.error;
    return reply.crops;
  }

  /** Ends the processes; what they were doing is dropped. */
  async close(): Promise<void> {
    const running = this.#workers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(running.map((worker) => {
      const exit = once(worker, "exit");
      worker.kill("SIGKILL"); // it holds nothing that needs care
      return exit;
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function ask(worker: ChildProcess, job: SynthesisJob): Promise<SynthesisReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    const onMessage = (message: unknown): void => { settle(); resolve(message as SynthesisReply); };
    const onError = (error: unknown): void => { settle(); reject(error); };
    const onExit = (code: number | null, signal: string | null): void => {
      settle();
      reject(new Error(`A synthesis process ended with ${signal ?? `code ${code}`}`));
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.send(job);
  });
}
