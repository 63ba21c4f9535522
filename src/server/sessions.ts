import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { CLOSE, LIVE_PATH, SUBPROTOCOL } from "../client/protocol.js";
import { hasToken, isOwnHost, isOwnOrigin, speaksProtocol, type AccessRules } from "./access.js";
import { Addresses } from "./addresses.js";
import { Heartbeat } from "./heartbeat.js";
import { LiveSession, type SessionContext } from "./live-session.js";

/** Pieces of one message, each of which costs memory beside its bytes. */
const MAX_FRAGMENTS = 1024;

/** The WebSockets of a server. */
export class Sessions {
  readonly #context: SessionContext;
  readonly #rules: AccessRules;
  readonly #sockets: WebSocketServer;
  readonly #open = new Set<LiveSession>();
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

  /** Open sessions, greeted or not. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether new ones are taken. */
  get accepting(): boolean {
    return !this.#closing;
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
    if (path !== LIVE_PATH) return refuse("404 Not Found", "path");
    if (this.#closing) return refuse("503 Service Unavailable", "closing");
    if (!isOwnHost(request, this.#rules)) return refuse("421 Misdirected Request", "host");
    if (!isOwnOrigin(request, this.#rules)) return refuse("403 Forbidden", "origin");
    if (!speaksProtocol(request)) return refuse("426 Upgrade Required", "protocol");
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#accept(accepted, request));
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const { metrics, log, limits } = this.#context;
    const turnAway = (code: number, reason: string, label: string) => {
      metrics.refused.inc({ reason: label });
      log.warn({ reason: label, address: request.socket.remoteAddress }, "connection refused");
      socket.on("error", () => {});
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), 1000).unref();
    };
    if (!hasToken(request, this.#rules)) return turnAway(CLOSE.token, "the token is missing or wrong", "token");
    if (this.#open.size >= limits.maxSessions) return turnAway(CLOSE.full, "all sessions are taken, come back later", "full");
    const session = new LiveSession(++this.#count, socket, this.#context, this.#addresses.of(request.socket.remoteAddress));
    this.#open.add(session);
    metrics.sessions.set(this.#open.size);
    this.#heartbeat.add(socket);
    socket.once("close", () => {
      this.#open.delete(session);
      metrics.sessions.set(this.#open.size);
    });
  }

  /** Takes no more and ends those that there are, with a reason; may be called more than once. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#open].map((session) => session.end(CLOSE.goingAway, "the server ends")));
    this.#heartbeat.close();
    this.#sockets.close();
  }
}
