import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";
import { CLOSE, decodeJson, decodeMessage, encodeJson, Kind, type Message } from "../client/protocol.js";
import { ReenactError } from "../errors.js";
import type { Broadcasts, ShownPicture } from "./broadcasts.js";
import { closeSocket } from "./close-socket.js";
import type { LiveLimits } from "./limits.js";
import type { LiveMetrics } from "./live-metrics.js";
import { parseMessage, WatchMessage } from "./live-settings.js";
import { Outbox } from "./outbox.js";
import type { Refusal } from "./live-session.js";
import { TokenBucket } from "./token-bucket.js";

/** What all viewers of a server share. */
export interface ViewerContext {
  readonly limits: LiveLimits;
  readonly broadcasts: Broadcasts;
  readonly metrics: LiveMetrics;
  readonly log: Logger;
}

/** Messages a second besides the acknowledgements of what it was sent. */
const MESSAGE_RATE = 5, MESSAGE_BURST = 20;

/**
 * Somebody who watches a session: gets the pictures that it gets, as they are, and no more of them than it takes. For one that is slow the
 * newest picture waits, and no other.
 */
export class Viewer {
  readonly kind = "viewer";
  readonly #socket: WebSocket;
  readonly #context: ViewerContext;
  readonly #admit: (key: string | undefined) => Refusal | undefined;
  readonly #outbox: Outbox;
  readonly #messageRate: TokenBucket;
  readonly #closed: Promise<void>;
  #unwatch: (() => void) | undefined;
  #waiting: ShownPicture | undefined;
  #ending = false;
  #watch: NodeJS.Timeout;

  /** @param admit asked when it says what it wants to watch: why it may not, if it may not */
  constructor(socket: WebSocket, context: ViewerContext, admit: (key: string | undefined) => Refusal | undefined) {
    const { limits, metrics } = context;
    this.#socket = socket;
    this.#context = context;
    this.#admit = admit;
    this.#outbox = new Outbox(socket, {
      onBytes: (bytes) => metrics.bytes.inc({ direction: "out" }, bytes),
      onClear: () => this.#send(),
      onOverflow: () => socket.terminate(),
    });
    this.#messageRate = new TokenBucket(MESSAGE_RATE, MESSAGE_BURST, performance.now());
    socket.on("message", (data: RawData, binary: boolean) => this.#onMessage(data, binary));
    socket.on("ping", (data: Buffer) => this.#onPing(data));
    socket.on("error", () => {}); // `close` follows
    this.#closed = new Promise((resolve) => socket.once("close", () => {
      clearTimeout(this.#watch);
      this.#unwatch?.();
      this.#waiting = undefined;
      resolve();
    }));
    this.#watch = setTimeout(() => void this.end(CLOSE.protocol, "no hello came in time"), 1000 * limits.helloTimeout);
  }

  /** Whether it has said hello. */
  get greeted(): boolean {
    return this.#unwatch !== undefined;
  }

  get ending(): boolean {
    return this.#ending;
  }

  /** Ends it, with a reason that it is told. Resolves when its socket is gone; may be called more than once. */
  end(code: number, reason: string): Promise<void> {
    if (!this.#ending) {
      this.#ending = true;
      closeSocket(this.#socket, code, reason, this.#closed);
    }
    return this.#closed;
  }

  #onMessage(data: RawData, binary: boolean): void {
    if (this.#ending) return;
    try {
      if (!binary || Array.isArray(data)) throw new ReenactError("PROTOCOL", "Expected binary messages but received others.");
      this.#receive(decodeMessage(new Uint8Array(data)));
    } catch (error) {
      void this.end(CLOSE.protocol, error instanceof ReenactError ? error.message.slice(0, 120) : "this cannot be read");
    }
  }

  #receive(message: Message): void {
    const { limits, broadcasts, log } = this.#context;
    if (message.kind === Kind.ack && this.#outbox.acknowledge(message.sequence)) return this.#send();
    if (!this.#messageRate.take(performance.now())) return void this.end(CLOSE.flooding, "too many messages a second");
    if (message.kind === Kind.ack) return;
    if (message.kind !== Kind.hello || this.greeted) throw new ReenactError("PROTOCOL", "Expected hello, once, and acknowledgements.");
    const { key } = parseMessage(WatchMessage, decodeJson(message)), refusal = this.#admit(key);
    if (refusal) return void this.end(refusal.code, refusal.reason);
    clearTimeout(this.#watch);
    this.#watch = setInterval(() => {
      if (this.#outbox.isStalled(limits.heartbeat)) this.#socket.terminate();
    }, 1000);
    this.#outbox.send(encodeJson(Kind.welcome, { watching: true }));
    log.info("viewer came");
    this.#unwatch = broadcasts.watch(key, (picture) => {
      this.#waiting = picture;
      this.#send();
    });
  }

  #send(): void {
    if (!this.#waiting || !this.#outbox.clear || this.#outbox.unacknowledged >= this.#context.limits.maxUnacknowledged) return;
    const { sequence, message } = this.#waiting;
    this.#waiting = undefined;
    this.#outbox.sendResult(sequence, message);
  }

  #onPing(data: Buffer): void {
    if (this.#messageRate.take(performance.now())) this.#outbox.pong(data);
    else void this.end(CLOSE.flooding, "too many messages a second");
  }
}
