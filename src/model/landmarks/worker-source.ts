import type { ResourceLimits, Worker } from "node:worker_threads";
import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";
import type { ErrorNote, LandmarkReply, LandmarkRequest, SourcePlan } from "./landmark-messages.js";
import { startWorker } from "./start-worker.js";
import type { DetectOptions, LandmarkSource } from "./source.js";

/** How long a worker may take to put its models away before it is ended, in milliseconds. */
const CLOSE_TIMEOUT = 2000;

interface Waiting {
  resolve(reply: LandmarkReply): void;
  reject(error: Error): void;
}

/** How a worker is started. */
export interface WorkerSourceOptions {
  /** Of the thread's JavaScript heap; Node's own when left out. */
  readonly resourceLimits?: ResourceLimits;
  /** Ends the thread while it starts; of no effect afterwards. */
  readonly signal?: AbortSignal;
}

/**
 * A landmark source in a thread of its own. A picture is copied to it, or shared when its bytes lie in a SharedArrayBuffer; pictures are
 * worked off in order. An idle worker does not keep the program alive.
 *
 * @throws ReenactError as the source in the worker does: MODEL_MISSING, MODEL_CORRUPT, ENGINE_UNAVAILABLE; INTERNAL when the thread ends;
 *   the signal's reason when it is aborted
 */
export async function createWorkerSource(plan: SourcePlan, { resourceLimits, signal }: WorkerSourceOptions = {}): Promise<LandmarkSource> {
  signal?.throwIfAborted();
  const connection = new Connection(startWorker(import.meta.url, "./landmark-worker", { workerData: plan, resourceLimits }));
  const stop = () => void connection.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const reply = await connection.reply();
    if (reply.kind !== "ready") throw new Error(`Expected the landmark worker to be ready but received ${reply.kind}`);
    return new WorkerSource(reply.name, connection);
  } catch (error) {
    await connection.terminate();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

class WorkerSource implements LandmarkSource {
  #closing: Promise<void> | undefined;

  constructor(readonly name: LandmarkSource["name"], private readonly connection: Connection) {}

  async detect(image: Pixels, options: DetectOptions = {}): Promise<FaceLandmarks[]> {
    if (this.#closing) throw new Error("Expected an open landmark source but it was closed");
    const shared = image.data.buffer instanceof SharedArrayBuffer;
    const data = shared ? image.data : image.data.slice();
    const request: LandmarkRequest = { kind: "detect", image: { data, width: image.width, height: image.height }, options };
    this.connection.send(request, shared ? [] : [data.buffer as ArrayBuffer]);
    const reply = await this.connection.reply();
    if (reply.kind !== "faces") throw new Error(`Expected faces from the landmark worker but received ${reply.kind}`);
    return reply.faces;
  }

  close(): Promise<void> {
    return this.#closing ??= this.connection.close();
  }
}

/** The messages to and from one worker: answers come in the order of the requests, and fail together when the thread ends. */
class Connection {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #exited: Promise<void>;
  #failure: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: LandmarkReply) => {
      const next = this.#waiting.shift();
      if (this.#waiting.length === 0) worker.unref();
      if (reply.kind === "error") next?.reject(errorOf(reply.error));
      else next?.resolve(reply);
    });
    worker.on("error", (cause) => this.#fail(cause));
    this.#exited = new Promise((resolve) => {
      worker.on("exit", (code) => {
        this.#fail(new Error(`the thread ended with code ${code}`));
        resolve();
      });
    });
  }

  send(request: LandmarkRequest, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  /** The next answer that nobody waits for yet. */
  reply(): Promise<LandmarkReply> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    this.#worker.ref();
    this.send({ kind: "close" });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#exited, new Promise((resolve) => timer = setTimeout(resolve, CLOSE_TIMEOUT))]);
    clearTimeout(timer);
    await this.terminate();
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(cause: Error): void {
    this.#failure ??= new ReenactError("INTERNAL", "Expected the landmark worker to answer but it has ended; run again, and with "
      + "--landmarks facemesh if it happens again", { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

function errorOf({ code, message, stack }: ErrorNote): Error {
  const error = code ? new ReenactError(code, message) : new Error(message);
  error.stack = stack;
  return error;
}
