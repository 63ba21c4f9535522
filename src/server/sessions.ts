import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { CLOSE, LIVE_PATH, SUBPROTOCOL, VIEW_PATH, type LiveSettings } from "../client/protocol.js";
import { hasToken, isOwnHost, isOwnOrigin, speaksProtocol, type AccessRules } from "./access.js";
import { Addresses, type AddressAccount } from "./addresses.js";
import { Heartbeat } from "./heartbeat.js";
import { LiveSession, type Refusal, type SessionContext } from "./live-session.js";
import type { SettingsWish } from "./settings-api.js";
import { Viewer } from "./viewer.js";

/** Pieces of one message, each of which costs memory beside its bytes. */
const MAX_FRAGMENTS = 1024;

/** Bytes that are taken before hello: it is small, and so is what comes with it. */
const MOST_BEFORE_HELLO = 64 * 1024;
/** Sockets that have not said hello: of all, and of one address. */
const MOST_ARRIVING = 32, MOST_ARRIVING_OF_ADDRESS = 16;
/** Sessions, and places to watch, that one address leaves to others, where others can come at all. */
const LEFT_TO_OTHERS = 2;

/** An open socket. */
interface Guest {
  readonly session: LiveSession | Viewer;
  readonly account: AddressAccount;
}

/** The WebSockets of a server. */
export class Sessions implements AsyncDisposable {
  readonly #context: SessionContext;
  readonly #rules: AccessRules;
  readonly #sockets: WebSocketServer;
  /** Where those that are turned away are told why: they have nothing to say. */
  readonly #doorway = new WebSocketServer({
    noServer: true, perMessageDeflate: false, maxPayload: 1024, clientTracking: false, autoPong: false, handleProtocols: () => SUBPROTOCOL,
  });
  /** In the order in which they came. */
  readonly #open = new Map<LiveSession | Viewer, Guest>();
  readonly #addresses = new Addresses();
  readonly #heartbeat: Heartbeat;
  #count = 0;
  #closing = false;

  constructor(context: SessionContext, rules: AccessRules) {
    this.#context = context;
    this.#rules = rules;
    this.#sockets = new WebSocketServer({
      // Compressing pictures again would cost much and gain nothing.
      noServer: true, perMessageDeflate: false, maxPayload: context.limits.maxMessageBytes, clientTracking: false,
      // Answers to pings wait like all else: whoever reads none of them gets no more.
      autoPong: false, maxFragments: MAX_FRAGMENTS,
      handleProtocols: () => SUBPROTOCOL,
    });
    this.#heartbeat = new Heartbeat(1000 * context.limits.heartbeat);
  }

  /** Open sessions and viewers, greeted or not. */
  get size(): number {
    return this.#open.size;
  }

  /** Sessions that have said hello. */
  get greeted(): number {
    return this.#greeted("session").length;
  }

  /** Whether new ones are taken. */
  get accepting(): boolean {
    return !this.#closing;
  }

  /** Changes the settings of the session that came last, of those with the key where one is given. Undefined when there is none. */
  changeSettings(key: string | undefined, wish: SettingsWish): LiveSettings | undefined {
    const open = [...this.#open.keys()].filter((one): one is LiveSession => one.kind === "session" && one.greeted && !one.ending);
    return open.findLast((session) => key === undefined || session.key === key)?.changeSettings(wish);
  }

  /** Takes, or refuses, a connection that wants to become a WebSocket. What a page can be told, it is told by a close code. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refuse = (status: string, reason: string) => {
      this.#context.metrics.refused.inc({ reason });
      this.#context.log.warn({ reason, origin: request.headers.origin, address: request.socket.remoteAddress }, "connection refused");
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const [path] = (request.url ?? "").split("?", 1);
    if (path !== LIVE_PATH && path !== VIEW_PATH) return refuse("404 Not Found", "path");
    if (this.#closing) return refuse("503 Service Unavailable", "closing");
    if (!isOwnHost(request, this.#rules)) return refuse("421 Misdirected Request", "host");
    if (!isOwnOrigin(request, this.#rules)) return refuse("403 Forbidden", "origin");
    if (!speaksProtocol(request)) return refuse("426 Upgrade Required", "protocol");
    if (!hasToken(request, this.#rules)) return this.#turnAway(request, socket, head);
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#accept(accepted, request, socket, path === VIEW_PATH));
  }

  #turnAway(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#context.metrics.refused.inc({ reason: "token" });
    this.#context.log.warn({ reason: "token", address: request.socket.remoteAddress }, "connection refused");
    this.#doorway.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on("error", () => {});
      accepted.close(CLOSE.token, "the token is missing or wrong");
      setTimeout(() => accepted.terminate(), 1000).unref();
    });
  }

  #accept(socket: WebSocket, request: IncomingMessage, stream: Duplex, watches: boolean): void {
    const { metrics } = this.#context;
    const account = this.#addresses.of(request.socket.remoteAddress);
    const session = watches ? new Viewer(socket, this.#context, (key) => this.#admitViewer(account, key))
      : new LiveSession(++this.#count, socket, this.#context, { account, admit: () => this.#admit(account) });
    this.#open.set(session, { session, account });
    this.#heartbeat.add(socket);
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (session.greeted) stream.off("data", count);
      else if (bytes > MOST_BEFORE_HELLO) void session.end(CLOSE.tooLarge, "more came before hello than hello may hold");
    };
    stream.on("data", count);
    socket.once("close", () => {
      this.#open.delete(session);
      metrics.sessions.set(this.greeted);
    });
    this.#makeRoom(account);
  }

  /** Why a socket that says hello gets no session; undefined when it does. */
  #admit(account: AddressAccount): Refusal | undefined {
    const { metrics, log, limits: { maxSessions } } = this.#context;
    const mostOfAddress = this.#rules.loopback ? maxSessions : Math.max(1, maxSessions - LEFT_TO_OTHERS);
    const [all, same] = [this.greeted, this.#greeted("session").filter((guest) => guest.account === account).length];
    const reason = all >= maxSessions ? "all sessions are taken, come back later" : same >= mostOfAddress ? "your address has all the sessions that one address may have" : undefined;
    if (reason === undefined) {
      metrics.sessions.set(all + 1);
      return undefined;
    }
    metrics.refused.inc({ reason: "full" });
    log.warn({ reason: "full", address: account.key }, "connection refused");
    return { code: CLOSE.full, reason };
  }

  /** Why somebody may not watch; undefined when it may. */
  #admitViewer(account: AddressAccount, key: string | undefined): Refusal | undefined {
    const { metrics, log, limits: { maxViewers } } = this.#context;
    const viewers = this.#greeted("viewer"), mostOfAddress = this.#rules.loopback ? maxViewers : Math.max(1, maxViewers - LEFT_TO_OTHERS);
    const full = viewers.length >= maxViewers || viewers.filter((guest) => guest.account === account).length >= mostOfAddress;
    // Without a token all who come are on this machine; with one they are several people, who need not see each other.
    const refusal = key === undefined && this.#rules.token !== undefined ? { code: CLOSE.key, reason: "a session is watched by its key: copy the whole address from its page" }
      : full ? { code: CLOSE.full, reason: "as many watch as may" } : undefined;
    if (!refusal) return undefined;
    metrics.refused.inc({ reason: full ? "full" : "key" });
    log.warn({ reason: refusal.reason, address: account.key }, "viewer refused");
    return refusal;
  }

  #greeted(kind: "session" | "viewer"): Guest[] {
    return [...this.#open.values()].filter(({ session }) => session.kind === kind && session.greeted);
  }

  /** Where too many have not said hello, the oldest of the address that has most of them goes: it had its time. */
  #makeRoom(newcomer: AddressAccount): void {
    const arriving = [...this.#open.values()].filter(({ session }) => !session.greeted && !session.ending);
    const of = (account: AddressAccount) => arriving.filter((guest) => guest.account === account);
    const crowd = of(newcomer).length > MOST_ARRIVING_OF_ADDRESS ? of(newcomer)
      : arriving.length > MOST_ARRIVING ? arriving.map(({ account }) => of(account)).reduce((most, one) => (one.length > most.length ? one : most))
        : [];
    void crowd[0]?.session.end(CLOSE.protocol, "no hello came, and others did");
  }

  /** Takes no more and ends those that there are, with a reason; may be called more than once. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#open.keys()].map((session) => session.end(CLOSE.goingAway, "the server ends")));
    this.#heartbeat.close();
    this.#sockets.close();
    this.#doorway.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
