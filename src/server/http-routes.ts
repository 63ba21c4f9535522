import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { LiveMetrics } from "./live-metrics.js";
import { hasBearer, isOwnHost, type AccessRules } from "./access.js";
import { LANDMARK_MODEL_PATH, type Assets } from "./assets.js";
import { SETTINGS_PATH, type SettingsApi } from "./settings-api.js";

/** What the HTTP side of a live server answers with. */
export interface RouteContext {
  readonly assets: Assets;
  readonly metrics: LiveMetrics;
  readonly settings: SettingsApi;
  readonly rules: AccessRules;
  readonly log: Logger;
  readonly version: string;
  readonly landmarkModel: boolean;
  /** For `/healthz`: whether new sessions are taken, and how many there are. */
  readonly health: () => { readonly accepting: boolean; readonly sessions: number };
}

/**
 * Everything comes from here and nothing may be loaded from, sent to or shown in anything else. `wasm-unsafe-eval` lets MediaPipe's
 * WebAssembly be compiled; it allows no JavaScript to be evaluated.
 */
const CSP = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
  "connect-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CSP,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(self), microphone=(self), fullscreen=(self), geolocation=(), payment=(), usb=()",
};

/** Answers one HTTP request; never throws. */
export async function answerHttp(request: IncomingMessage, response: ServerResponse, context: RouteContext): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    await route(request, response, context);
  } catch (error) {
    context.log.error({ err: error, path: request.url }, "a request broke");
    if (!response.headersSent) text(response, 500, "Something unexpected happened.");
    else response.destroy();
  }
}

async function route(request: IncomingMessage, response: ServerResponse, context: RouteContext): Promise<void> {
  const { assets, metrics, rules, version, landmarkModel } = context;
  if (!isOwnHost(request, rules)) return text(response, 421, "This server answers to this machine's own names alone, such as localhost.");
  const [path] = (request.url ?? "/").split("?", 1);
  if (path === SETTINGS_PATH) {
    const { status, said, headers = {} } = await context.settings.answer(request);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return typeof said === "string" ? text(response, status, said) : json(response, status, said);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return text(response, 405, "Only GET and HEAD are answered here.");
  }
  if (path === "/healthz") {
    const { accepting, sessions } = context.health();
    return json(response, accepting ? 200 : 503, { status: accepting ? "ok" : "closing", version, ...(hasBearer(request, rules) && { sessions }) });
  }
  if (path === "/page.json") {
    return json(response, 200, { version, token: rules.token !== undefined, landmarkModel: landmarkModel ? LANDMARK_MODEL_PATH : null });
  }
  if (path === "/metrics") {
    if (!hasBearer(request, rules)) {
      response.setHeader("WWW-Authenticate", "Bearer");
      return text(response, 401, "Send the server's token as Authorization: Bearer <token>.");
    }
    const body = await metrics.registry.metrics();
    response.setHeader("Cache-Control", "no-store");
    response.writeHead(200, { "Content-Type": metrics.registry.contentType }).end(body);
    return;
  }
  const asset = await assets.get(path);
  if (!asset) return text(response, 404, "There is nothing here.");
  response.setHeader("ETag", asset.etag);
  response.setHeader("Cache-Control", "no-cache"); // asked again each time, sent again when changed
  if (request.headers["if-none-match"] === asset.etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { "Content-Type": asset.type, "Content-Length": asset.body.length }).end(request.method === "HEAD" ? undefined : asset.body);
}

function json(response: ServerResponse, status: number, value: object): void {
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
}

function text(response: ServerResponse, status: number, message: string): void {
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
