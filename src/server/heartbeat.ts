import { WebSocket } from "ws";

/** Pings without an answer after which a socket is gone: one may be a moment's hindrance. */
const MISSED = 2;

/** Pings every socket at an interval and terminates those that do not answer: a peer that is gone need not have said so. */
export class Heartbeat implements Disposable {
  /** Pings without an answer. */
  readonly #missed = new Map<WebSocket, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param interval milliseconds */
  constructor(interval: number) {
    this.#timer = setInterval(() => this.#beat(), interval);
    this.#timer.unref();
  }

  /** Watches a socket until it closes. */
  add(socket: WebSocket): void {
    this.#missed.set(socket, 0);
    socket.on("pong", () => this.#missed.set(socket, 0));
    socket.once("close", () => this.#missed.delete(socket));
  }

  /** Watches nothing any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#missed.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #beat(): void {
    for (const [socket, missed] of this.#missed) {
      if (missed >= MISSED) socket.terminate();
      else if (socket.readyState === WebSocket.OPEN) {
        this.#missed.set(socket, missed + 1);
        socket.ping(() => {});
      }
    }
  }
}
