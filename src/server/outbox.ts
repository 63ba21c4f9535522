import { WebSocket } from "ws";
import { encodeDrops, encodeMessage, Kind, type Drop } from "../client/protocol.js";

/** Bytes that may be unsent before pictures and drops have to wait: what is unsent here, the network or the client has not taken. */
const CLEAR_BELOW = 64 * 1024;
/** Bytes beyond what the largest picture has that may ever be unsent: small answers to a client that reads none of them. */
const MOST_WAITING = 1024 * 1024;
/** Heartbeats for which a client may take nothing of what waits for it. */
const STALLED_BEATS = 2;
/** A client that has so many frames unanswered does not keep to its window. */
const MAX_DROPS = 1000;

/** What an {@link Outbox} tells its owner. */
export interface OutboxListener {
  /** Bytes were handed to the socket. */
  onBytes(bytes: number): void;
  /** The client has taken what it was sent: more may go out. */
  onClear(): void;
  /** More waits than a client that reads leaves waiting; nothing more is sent to it. */
  onOverflow(): void;
}

/**
 * What goes out to one client, bounded. Pictures are made only while it {@link Outbox.clear | is clear} and paced by their
 * acknowledgements besides (an acknowledgement can be sent without reading); drops are small but many, so they wait while the client does
 * not read.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #listener: OutboxListener;
  readonly #drops: Drop[] = [];
  readonly #unacknowledged = new Set<number>();
  #largest = 0;
  #overflown = false;
  /** When the client last took something, or had nothing to take; milliseconds of `performance.now()`. */
  #progressAt = performance.now();
  #waiters: (() => void)[] = [];

  constructor(socket: WebSocket, listener: OutboxListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.once("close", () => this.#wake());
  }

  /** Pictures that the client has not acknowledged. */
  get unacknowledged(): number {
    return this.#unacknowledged.size;
  }

  /** Whether the client takes what it is sent, so that another picture may be made for it. */
  get clear(): boolean {
    return this.#socket.bufferedAmount < CLEAR_BELOW;
  }

  /** Whether something has waited for too many heartbeats of which the client took nothing. @param heartbeat seconds */
  isStalled(heartbeat: number): boolean {
    return this.#socket.bufferedAmount > 0 && performance.now() - this.#progressAt > STALLED_BEATS * 1000 * heartbeat;
  }

  /** Resolves when it is clear, or the socket is gone. */
  async whenClear(): Promise<void> {
    while (this.#socket.readyState === WebSocket.OPEN && !this.clear) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Sends a message, if the socket is open still. */
  send(message: Uint8Array): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#overflown) return;
    const { bufferedAmount } = this.#socket;
    this.#largest = Math.max(this.#largest, message.length);
    if (bufferedAmount > this.#largest + MOST_WAITING) {
      this.#overflown = true;
      return this.#listener.onOverflow();
    }
    if (bufferedAmount === 0) this.#progressAt = performance.now();
    this.#listener.onBytes(message.length);
    this.#socket.send(message, { binary: true }, () => this.#onTaken()); // a failure shows as `close`
  }

  /** Sends a picture that wants to be acknowledged. */
  sendResult(sequence: number, message: Uint8Array): void {
    this.#unacknowledged.add(sequence);
    this.send(message);
  }

  /** False when there was no such picture to acknowledge. */
  acknowledge(sequence: number): boolean {
    const known = this.#unacknowledged.delete(sequence);
    this.flush();
    return known;
  }

  /** Answers a ping, if the client reads its answers. */
  pong(data: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN && this.clear) this.#socket.pong(data, false, () => this.#onTaken());
  }

  /** Tells of a frame that will have no result. False when the client has sent far more than flow control allows. */
  drop(drop: Drop): boolean {
    if (this.#drops.length >= MAX_DROPS) return false;
    this.#drops.push(drop);
    this.flush();
    return true;
  }

  /** Sends the drops that wait, if the client reads. */
  flush(): void {
    if (this.#drops.length === 0 || !this.clear) return;
    this.send(encodeMessage(Kind.dropped, { payload: encodeDrops(this.#drops.splice(0)) }));
  }

  #onTaken(): void {
    this.#progressAt = performance.now();
    if (!this.clear) return;
    this.flush();
    this.#wake();
    this.#listener.onClear();
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
