import { ReenactError } from "../errors.js";
import { Backoff } from "./backoff.js";
import { CLOSE, decodeMessage, decodeResult, encodeJson, encodeMessage, Kind, SUBPROTOCOL, type ResultHead } from "./protocol.js";
import { defaultSocketFactory, OPEN, type LiveSocket, type SocketFactory } from "./socket.js";

/** connecting: not let in yet; watching: pictures come when there are some; waiting: lost, trying again soon; closed: for good. */
export type ViewState = "connecting" | "watching" | "waiting" | "closed";

/** How a {@link ViewClient} is set up. */
export interface ViewClientOptions {
  /** Where the server wants one. */
  readonly token?: string | undefined;
  /** Of the session that is to be watched: its client's `viewKey`. Where the server wants no token it may be left out: the session that came last. */
  readonly key?: string | undefined;
  /** A picture, and what it says of itself. The server sends a few more before this, or the promise that it returns, is done, and then waits. */
  readonly onPicture: (jpeg: Uint8Array<ArrayBuffer>, head: ResultHead) => void | Promise<unknown>;
  readonly onState?: (state: ViewState, why: ReenactError | undefined) => void;
  readonly createSocket?: SocketFactory;
}

/** Watches a session of `reenact serve` from elsewhere: the pictures that it gets, when it gets them. What is lost comes back by itself. */
export class ViewClient {
  readonly #url: string;
  readonly #options: ViewClientOptions;
  readonly #backoff = new Backoff();
  #socket: LiveSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: ViewState = "connecting";
  #lost: { readonly code: number; readonly reason: string } | undefined;

  /** Connects. @param url `ws://` or `wss://`, path included: see `VIEW_PATH` */
  constructor(url: string, options: ViewClientOptions) {
    this.#url = url;
    this.#options = options;
    void this.#open();
  }

  get state(): ViewState {
    return this.#state;
  }

  /** How the last connection was lost: the close code and the server's words. */
  get lost(): { readonly code: number; readonly reason: string } | undefined {
    return this.#lost;
  }

  /** Ends it; may be called more than once. */
  close(): void {
    this.#end(undefined);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #open(): Promise<void> {
    this.#setState("connecting");
    const { createSocket, token } = this.#options;
    let socket: LiveSocket;
    try {
      const create = createSocket ?? await defaultSocketFactory();
      if (this.#state !== "connecting") return;
      socket = create(this.#url, token ? [SUBPROTOCOL, `token.${token}`] : [SUBPROTOCOL]);
    } catch (cause) {
      return this.#end(new ReenactError("SERVER_REFUSED", `Expected to connect to ${this.#url} but that cannot be done (${(cause as Error).message}).`, { cause }));
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(encodeJson(Kind.hello, { key: this.#options.key }));
    socket.onmessage = ({ data }: { data: unknown }) => {
      this.#receive(socket, new Uint8Array(data as ArrayBuffer)).catch((error: ReenactError) => this.#end(error));
    };
    socket.onerror = () => {}; // `close` follows
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => { if (socket === this.#socket) this.#closed(code, reason); };
  }

  async #receive(socket: LiveSocket, bytes: Uint8Array): Promise<void> {
    const { kind, sequence, payload } = decodeMessage(bytes);
    if (kind === Kind.welcome) {
      this.#lost = undefined;
      this.#backoff.reset();
      this.#setState("watching");
    }
    if (kind !== Kind.result) return;
    const { jpeg, ...head } = decodeResult(payload);
    try {
      await this.#options.onPicture(new Uint8Array(jpeg), head);
    } catch {
      // Showing is the caller's business.
    }
    if (socket.readyState === OPEN) socket.send(encodeMessage(Kind.ack, { sequence }));
  }

  #closed(code: number, reason: string): void {
    this.#lost = { code, reason };
    if (code === CLOSE.token || code === CLOSE.key || code === CLOSE.protocol) return this.#end(new ReenactError("SERVER_REFUSED", `The server refused: ${reason || `code ${code}`}.`));
    this.#timer = setTimeout(() => void this.#open(), this.#backoff.next());
    this.#setState("waiting", new ReenactError("SERVER_REFUSED", reason === "" ? "The server cannot be reached." : `The server closed: ${reason}.`));
  }

  #end(why: ReenactError | undefined): void {
    if (this.#state === "closed") return;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket && socket.readyState <= OPEN) socket.close(1000);
    this.#setState("closed", why);
  }

  #setState(state: ViewState, why?: ReenactError): void {
    if (this.#state === state && why === undefined) return;
    this.#state = state;
    this.#options.onState?.(state, why);
  }
}
