import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { SUBPROTOCOL } from "../client/protocol.js";

/** Who may talk to a live server. */
export interface AccessRules {
  /** What clients must know; none on loopback, unless one is asked for. */
  readonly token: string | undefined;
  /** Whether the server listens on this machine's own addresses alone. */
  readonly loopback: boolean;
  /** Origins of pages elsewhere that may connect, as `https://example.org`. */
  readonly origins: readonly string[];
}

/** A token that cannot be guessed: 144 bits, without characters that a URL or a header would have to escape. */
export function makeToken(): string {
  return randomBytes(18).toString("base64url");
}

/** Whether a token can go in a URL and in a header as it is. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{8,128}$/.test(text);
}

/** Whether an address or name that is listened on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Compares two secrets in a time that does not tell where they differ, nor how long they are. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether a WebSocket's sub-protocols bring the token that is wanted. */
export function hasToken(request: IncomingMessage, { token }: AccessRules): boolean {
  if (token === undefined) return true;
  return subprotocols(request).some((name) => name.startsWith("token.") && sameSecret(name.slice(6), token));
}

/** Whether an HTTP request brings the token that is wanted, as `Authorization: Bearer …`. */
export function hasBearer(request: IncomingMessage, { token }: AccessRules): boolean {
  if (token === undefined) return true;
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "");
  return given !== null && sameSecret(given[1], token);
}

/** The sub-protocols that a WebSocket asks for. */
export function subprotocols({ headers }: IncomingMessage): string[] {
  return (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

/** Whether a client speaks this protocol. */
export function speaksProtocol(request: IncomingMessage): boolean {
  return subprotocols(request).includes(SUBPROTOCOL);
}

/**
 * Whether the host that a request names is this server's. A page elsewhere can make its own name lead to 127.0.0.1 (DNS rebinding) and
 * would then count as ours: so without a token nothing but this machine's own names is served.
 */
export function isOwnHost({ headers }: IncomingMessage, { loopback, token, origins }: AccessRules): boolean {
  if (!loopback || token !== undefined) return true;
  const name = hostName(`http://${headers.host ?? ""}`);
  if (name === undefined) return false;
  return isLoopback(name) || origins.some((origin) => hostName(origin) === name);
}

/** Whether a WebSocket comes from a page of this server, from a page that is allowed, or from no page at all (browsers always say). */
export function isOwnOrigin({ headers }: IncomingMessage, { origins }: AccessRules): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false; // "null": a sandboxed frame or a file
  }
}

function hostName(url: string): string | undefined {
  try {
    return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  } catch {
    return undefined;
  }
}
