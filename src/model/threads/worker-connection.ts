import type { Transferable, Worker } from "node:worker_threads";
import { ReenactError } from "../../errors.js";
import { errorOf, type FromThread, type ToThread } from "./messages.js";

/**
 * How long a thread may take to put its models away before it is ended, in milliseconds. Long: onnxruntime aborts the whole process when
 * its thread is ended while it computes, and on a busy machine that may take seconds.
 */
const CLOSE_TIMEOUT = 30_000;

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/**
 * Requests to a thread that runs {@link serveThread}, and its answers. When the thread ends, all that wait fail together, and whatever is
 * asked afterwards. A thread that owes no answer does not keep the program alive.
 */
export class WorkerConnection<Request, Ready> implements AsyncDisposable {
  /** What the thread says when it is ready; rejects with what opening it threw. */
  readonly ready: Promise<Ready>;
  readonly #worker: Worker;
  readonly #ended: string;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  /** @param ended what is said when the thread ends on its own: what was expected, what was found, what to do */
  constructor(worker: Worker, ended: string) {
    this.#worker = worker;
    this.#ended = ended;
    worker.on("message", (message: FromThread) => this.#receive(message));
    worker.on("error", (cause) => this.#fail(cause));
    this.#exited = new Promise((resolve) => {
      worker.on("exit", (code) => {
        this.#fail(new Error(`the thread ended with code ${code}`));
        resolve();
      });
    });
    this.ready = this.#answer(0) as Promise<Ready>;
    this.ready.catch(() => undefined); // whoever waits for it hears of it
  }

  /** Sends a request that has no answer. */
  tell(request: Request): void {
    this.#send({ request });
  }

  /**
   * Sends a request and gives its answer.
   *
   * @param transfer what of it is handed over instead of copied
   * @throws what the thread threw; ReenactError INTERNAL when the thread has ended or ends meanwhile; DataCloneError when the request
   *   holds what cannot be sent: nothing waits for its answer then
   */
  ask<Reply>(request: Request, transfer: readonly Transferable[] = []): Promise<Reply> {
    const id = ++this.#count, answer = this.#answer(id);
    try {
      this.#send({ id, request }, transfer);
    } catch (error) {
      this.#settle(id)?.reject(error as Error);
    }
    return answer as Promise<Reply>;
  }

  /** Lets the thread put away what it holds, for half a minute, and ends it. Can be called again. */
  close(): Promise<void> {
    return this.#closing ??= (async () => {
      this.#worker.ref();
      this.#send("close");
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#exited, new Promise((resolve) => timer = setTimeout(resolve, CLOSE_TIMEOUT))]);
      clearTimeout(timer);
      await this.terminate();
    })();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Waits for no answer any more, and lets the thread end by itself as soon as it is done with what it does: also while it starts. The
   * program goes on at once, but does not end before the thread: a native library may not be left in the middle of something.
   */
  retire(): void {
    if (this.#failure) return;
    this.#fail(new Error("it is not wanted any more"));
    this.#worker.ref();
    this.#send("close");
  }

  /** Ends the thread at once: for one that runs no native library. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: ToThread<Request>, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #answer(id: number): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Whoever waits for the answer under `id`, who does no longer. */
  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0 && !this.#failure) this.#worker.unref();
    return waiting;
  }

  #receive(message: FromThread): void {
    const waiting = this.#settle(message.id);
    if ("error" in message) waiting?.reject(errorOf(message.error));
    else waiting?.resolve(message.reply);
  }

  #fail(cause: Error): void {
    this.#failure ??= new ReenactError("INTERNAL", this.#ended, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
