import { WebSocket } from "ws";
import { encodeDrops, encodeMessage, Kind, type Drop } from "../client/protocol.js";

/** Drops are told while the socket holds fewer unsent bytes than this; else they wait and go together. */
const MAX_BUFFERED = 64 * 1024;
/** A client that has so many frames unanswered does not keep to its window. */
const MAX_DROPS = 1000;

/**
 * What goes out to one client. Pictures are paced by their acknowledgements, so few are ever unsent; drops are small but many, so they
 * wait while the client does not read.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #onBytes: (bytes: number) => void;
  readonly #drops: Drop[] = [];
  readonly #unacknowledged = new Set<number>();

  constructor(socket: WebSocket, onBytes: (bytes: number) => void) {
    this.#socket = socket;
    this.#onBytes = onBytes;
  }

  /** Pictures that the client has not acknowledged. */
  get unacknowledged(): number {
    return this.#unacknowledged.size;
  }

  /** Sends a message, if the socket is open still. */
  send(message: Uint8Array): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#onBytes(message.length);
    this.#socket.send(message, { binary: true }, () => {}); // a failure shows as `close`
  }

  /** Sends a picture that wants to be acknowledged. */
  sendResult(sequence: number, message: Uint8Array): void {
    this.#unacknowledged.add(sequence);
    this.send(message);
  }

  acknowledge(sequence: number): void {
    this.#unacknowledged.delete(sequence);
    this.flush();
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
    if (this.#drops.length === 0 || this.#socket.bufferedAmount > MAX_BUFFERED) return;
    this.send(encodeMessage(Kind.dropped, { payload: encodeDrops(this.#drops.splice(0)) }));
  }
}
