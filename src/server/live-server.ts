import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { pino, type Logger } from "pino";
import { ReenactError } from "../errors.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import { parseOptions } from "../parse-options.js";
import { Closers } from "../pipeline/closers.js";
import { resolveLiveTarget } from "../streams/live-target.js";
import { readPhoto } from "../streams/photo.js";
import { isLoopback, isToken, makeToken, type AccessRules } from "./access.js";
import { Assets } from "./assets.js";
import { Broadcasts } from "./broadcasts.js";
import { ConnectionGuard } from "./connection-guard.js";
import { FrameScheduler } from "./frame-scheduler.js";
import { answerHttp, type RouteContext } from "./http-routes.js";
import { LiveLimits } from "./limits.js";
import { LiveOutput, type LiveOutputOptions } from "./live-output.js";
import { LiveMetrics } from "./live-metrics.js";
import { openLiveModels, type LiveModelOptions } from "./live-models.js";
import type { SessionContext } from "./live-session.js";
import { networkUrls } from "./network-urls.js";
import { Pace } from "./pace.js";
import { PhotoQueue } from "./photo-queue.js";
import { PhotoReader } from "./photo-reader.js";
import { SettingsApi } from "./settings-api.js";
import { Sessions } from "./sessions.js";
import type { Ticket } from "./ticket.js";

/** What a live server is started with. */
export interface LiveServerOptions extends Omit<LiveModelOptions, "onBatch"> {
  /** The photo that pages start with: a path, or a file's bytes. Without one every client brings its own. */
  readonly photo?: string | Uint8Array | undefined;
  readonly face?: FaceChoice | undefined;
  /** Address or name to listen on; default 127.0.0.1. */
  readonly host?: string | undefined;
  /** 0 takes any free one. Default 7860. */
  readonly port?: number | undefined;
  /** What clients must know. On addresses other than this machine's own one is made when none is given. */
  readonly token?: string | undefined;
  /** Origins of pages elsewhere that may connect. */
  readonly origins?: readonly string[] | undefined;
  /** PEM of a certificate (chain) and its key: HTTPS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly limits?: Partial<LiveLimits> | undefined;
  /** 1…100, of the JPEG pictures that go out; default 85. */
  readonly quality?: number | undefined;
  /** Where the picture of the session that came last is sent besides: see {@link LiveOutput}. */
  readonly output?: LiveOutputOptions | undefined;
  /** Default: says nothing. */
  readonly log?: Logger | undefined;
  /** For `/healthz` and the page. */
  readonly version?: string | undefined;
  /** Sentences for the user, as they become known. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** A live server that runs. */
export interface LiveServer extends AsyncDisposable {
  /** What a person opens: with the token where one is wanted, behind `#`, which browsers keep to themselves. */
  readonly url: string;
  /** What other machines open, the likeliest first: see {@link networkUrls}. */
  readonly networkUrls: readonly string[];
  readonly port: number;
  readonly token: string | undefined;
  /** Open WebSockets, greeted or not, and frames in work. */
  readonly load: () => { readonly sessions: number; readonly inWork: number; readonly waiting: number };
  readonly metrics: LiveMetrics;
  /** Takes no more connections, ends every session with a reason, frees everything; may be called more than once. */
  close(): Promise<void>;
}

/** Milliseconds: a request's headers, and all of a request, must have come by then. */
const HEADERS_TIMEOUT = 10_000, REQUEST_TIMEOUT = 15_000;
/** Milliseconds: how often that is looked at (Node looks twice a minute), and what TLS may take to begin. */
const CHECKING_INTERVAL = 2000, HANDSHAKE_TIMEOUT = 10_000;

/** Of the server's time, for painters of new photos and views: the rest is the frames'. */
const PAINTER_SHARE = 0.1;

/**
 * Starts the live server of `reenact serve`: page, WebSocket, health and metrics on one port.
 *
 * @throws ReenactError ADDRESS_UNAVAILABLE, USAGE (a token that cannot go in a URL), what opening the output, reading the photo and opening models throw
 */
export async function startLiveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const { host = "127.0.0.1", port = 7860, tls, signal, version = "0", log = pino({ level: "silent" }), quality = 85 } = options;
  const limits = parseOptions(LiveLimits, options.limits ?? {});
  const rules: AccessRules = { loopback: isLoopback(host), token: options.token ?? (isLoopback(host) ? undefined : makeToken()), origins: options.origins ?? [] };
  if (rules.token !== undefined && !isToken(rules.token)) {
    throw new ReenactError("USAGE", "Expected a token of 8 to 128 letters, digits, - or _ but it has others: leave it out and one is made.");
  }
  const closers = new Closers();
  try {
    const metrics = closers.add(new LiveMetrics(), ({ registry }) => registry.clear());
    if (options.output) await resolveLiveTarget(options.output.to);
    // What fails cheaply is tried first: nobody waits for models to learn that a file is not there, or that the port is taken.
    const given = options.photo === undefined ? undefined : await readPhoto(options.photo, { maxSide: limits.maxSide });
    for (const note of given?.notes ?? []) options.onNote?.(note);
    let answer = (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(503, { "Retry-After": "5" }).end("Starting.\n");
    let upgrade: Sessions["upgrade"] = (_request, socket) => void socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
    const server = makeServer(tls, (request, response) => answer(request, response));
    server.headersTimeout = HEADERS_TIMEOUT;
    server.requestTimeout = REQUEST_TIMEOUT;
    const most = 4 * limits.maxSessions + limits.maxViewers + 64;
    new ConnectionGuard(server, most);
    server.maxConnections = most + 32; // should the guard's not be enough
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => upgrade(request, socket, head));
    closers.add(server, closeServer);
    await listen(server, host, port, signal);

    const models = closers.add(await openLiveModels({ ...options, onBatch: (frames) => metrics.batch.observe(frames) }), (opened) => opened.close());
    const photo = given && await models.prepare(given, options.face ?? "largest", signal ?? new AbortController().signal);
    const scheduler = new FrameScheduler<Ticket>(limits.inWork, limits.inWorkPerSession);
    const reader = closers.add(new PhotoReader(limits), (opened) => opened.close());
    const context: SessionContext = {
      limits, models, scheduler, metrics, log, photo, quality, reader, photos: new PhotoQueue(), broadcasts: new Broadcasts(), painters: new Pace(PAINTER_SHARE),
    };
    const sessions = closers.add(new Sessions(context, rules), (opened) => opened.close());
    const routes: RouteContext = {
      assets: new Assets(models.landmarkModel), metrics, settings: new SettingsApi(sessions, rules), rules, log, version, landmarkModel: models.landmarkModel !== undefined,
      health: () => ({ accepting: sessions.accepting, sessions: sessions.greeted }),
    };
    if (options.output) {
      closers.add(await LiveOutput.open(options.output, context.broadcasts, photo?.pixels, log, options.onNote ?? (() => {})), (opened) => opened.close());
    }
    answer = (request, response) => void answerHttp(request, response, routes);
    upgrade = (...taken) => sessions.upgrade(...taken);
    const { port: actual } = server.address() as AddressInfo;
    const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
    const urlOf = (at: string) => `${tls ? "https" : "http"}://${at}:${actual}/${rules.token === undefined ? "" : `#token=${rules.token}`}`;
    let closing: Promise<void> | undefined;
    const close = () => closing ??= (async () => {
      server.close(); // no new connections while the sessions say good-bye
      await sessions.close();
      await closers.close();
    })();
    return {
      url: urlOf(name), networkUrls: networkUrls(host, rules.loopback, urlOf),
      port: actual, token: rules.token, metrics,
      load: () => ({ sessions: sessions.size, inWork: scheduler.inWork, waiting: scheduler.waiting }),
      close, [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function makeServer(tls: LiveServerOptions["tls"], onRequest: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const options = { connectionsCheckingInterval: CHECKING_INTERVAL };
  if (!tls) return createServer(options, onRequest);
  try {
    return createTlsServer({ ...options, cert: tls.cert, key: tls.key, handshakeTimeout: HANDSHAKE_TIMEOUT }, onRequest);
  } catch (cause) {
    throw new ReenactError("USAGE", `Expected a PEM certificate and its key but TLS cannot use them (${(cause as Error).message}).`, { cause });
  }
}

async function listen(server: Server, host: string, port: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    server.listen({ host, port });
    await once(server, "listening", { signal });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ABORT_ERR") throw cause;
    const why = { EADDRINUSE: "the port is taken", EACCES: "this user may not use the port", EADDRNOTAVAIL: "this machine has no such address", ENOTFOUND: "there is no such name" }[code ?? ""];
    throw new ReenactError("ADDRESS_UNAVAILABLE", `Expected to listen on ${host}, port ${port}, but ${why ?? String(code ?? cause)}: choose others by --host and --port.`, { cause });
  }
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
