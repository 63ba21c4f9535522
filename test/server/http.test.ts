import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { CLOSE, LiveClient } from "../../src/client/index.js";
import { encodeJson, Kind } from "../../src/client/protocol.js";
import { isLoopback, makeToken, sameSecret } from "../../src/server/access.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { liveUrl, startServer, until } from "./live-fixtures.js";

const TOKEN = "a-token-of-the-tests";
let open: LiveServer, guarded: LiveServer;
before(async () => {
  open = await startServer({ photo: undefined, version: "1.2.3" });
  guarded = await startServer({ photo: undefined, host: "0.0.0.0", token: TOKEN, origins: ["https://pages.example"], limits: { maxSessions: 1, maxMessageBytes: 70_000 } });
});
after(() => Promise.all([open.close(), guarded.close()]));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(server: LiveServer, path: string, options: { method?: string; headers?: Record<string, string>; ca?: Buffer } = {}): Promise<Answer> {
  const { ca, ...rest } = options;
  const given = { host: "127.0.0.1", port: server.port, path, agent: false, ...rest };
  const request = ca ? httpsRequest({ ...given, ca, servername: "localhost" }) : httpRequest(given);
  request.end();
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** How a WebSocket is received: its close code, or the HTTP status of the refusal. */
async function knock(server: LiveServer, { protocols = ["reenact.v1"], headers = {}, path = "/live" }: { protocols?: string[]; headers?: Record<string, string>; path?: string } = {}): Promise<number | "open"> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols, { headers });
  const result = await new Promise<number | "open">((resolve) => {
    socket.on("error", () => {});
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode!));
    socket.on("close", (code) => resolve(code));
    socket.on("message", () => resolve("open"));
    socket.on("open", () => socket.send(encodeJson(Kind.hello, {})));
  });
  socket.terminate();
  return result;
}

test("the page and all that it imports are served, and refer to nothing elsewhere", async () => {
  const page = await ask(open, "/");
  assert.equal(page.status, 200);
  assert.match(page.headers["content-type"]!, /^text\/html/);
  const seen = new Set<string>(), todo = [...page.body.matchAll(/(?:src|href)="(\/[^"#]+)"/g)].map(([, path]) => path);
  assert.ok(todo.length >= 3);
  for (let path = todo.pop(); path; path = todo.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { status, headers, body } = await ask(open, path);
    assert.equal(status, 200, path);
    assert.match(headers["content-type"]!, path.endsWith(".js") ? /javascript/ : path.endsWith(".css") ? /css/ : /svg/);
    const code = body.replace(/\/\/# sourceMappingURL.*/g, "");
    assert.doesNotMatch(code, /["'(]https?:\/\/(?!www\.w3\.org|ns\.adobe\.com|iptc\.org|cv\.iptc\.org)/, `${path} refers elsewhere`);
    for (const [, to] of code.matchAll(/(?:^|\s)(?:import|export)[^;]*?from "(\.[^"]+)"/g)) todo.push(new URL(to, `http://x${path}`).pathname);
    for (const [, to] of code.matchAll(/new URL\("(\.\/[^"]+)", import\.meta\.url\)/g)) todo.push(new URL(to, `http://x${path}`).pathname);
  }
  assert.ok([...seen].some((path) => path.endsWith("grab-worker.js")) && [...seen].some((path) => path.endsWith("live-client.js")), [...seen].join());
});

test("every answer forbids whatever the page does not need", async () => {
  for (const path of ["/", "/nothing", "/healthz"]) {
    const { headers } = await ask(open, path);
    const csp = headers["content-security-policy"] as string;
    assert.match(csp, /default-src 'none'/);
    assert.match(csp, /frame-ancestors 'none'/);
    assert.doesNotMatch(csp, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*|https?:/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
  }
});

test("no path leads out of the page", async () => {
  const paths = [
    "/../package.json", "/app/../../package.json", "/app/%2e%2e/%2e%2e/package.json", "/app/server/page/../../../../package.json", "//etc/passwd", "/app//etc/passwd",
    "/app/server/live-server.js", "/app/server/page/tsconfig.json", "/app/", "/app/server/page/main.ts", "/vendor/", "/vendor/tasks-vision/package.json", "/style.css%00.js", "/%", "/__proto__",
    "/constructor", "/app/..%5c..%5cpackage.json",
  ];
  for (const path of paths) {
    const { status, body } = await ask(open, path);
    assert.equal(status, 404, path);
    assert.equal(body, "There is nothing here.\n");
  }
  assert.equal((await ask(open, "/?clean&mark=off")).status, 200);
  assert.equal((await ask(open, "/", { method: "POST" })).status, 405);
  assert.equal((await ask(open, "/", { method: "HEAD" })).body, "");
});

test("what has not changed is not sent again", async () => {
  const { headers: { etag } } = await ask(open, "/style.css");
  const again = await ask(open, "/style.css", { headers: { "if-none-match": etag! } });
  assert.deepEqual([again.status, again.body], [304, ""]);
});

test("health and metrics", async () => {
  assert.deepEqual(JSON.parse((await ask(open, "/healthz")).body), { status: "ok", version: "1.2.3", sessions: 0 });
  const { status, headers, body } = await ask(open, "/metrics");
  assert.equal(status, 200);
  assert.match(headers["content-type"]!, /text\/plain.*version=0\.0\.4/);
  for (const name of ["reenact_sessions", "reenact_frames_dropped_total", "reenact_stage_seconds", "process_resident_memory_bytes"]) assert.match(body, new RegExp(`^# TYPE ${name} `, "m"));
});

test("where a token is wanted, nothing but the page goes without it", async () => {
  assert.match(guarded.url, /^http:\/\/localhost:\d+\/#token=a-token-of-the-tests$/);
  assert.equal((await ask(guarded, "/")).status, 200);
  assert.deepEqual(Object.keys(JSON.parse((await ask(guarded, "/healthz")).body)), ["status", "version"]);
  assert.equal((await ask(guarded, "/metrics")).status, 401);
  assert.equal((await ask(guarded, "/metrics", { headers: { authorization: "Bearer wrong" } })).status, 401);
  assert.equal((await ask(guarded, "/metrics", { headers: { authorization: `Bearer ${TOKEN}` } })).status, 200);
  assert.equal(await knock(guarded), CLOSE.token);
  assert.equal(await knock(guarded, { protocols: ["reenact.v1", "token.wrong"] }), CLOSE.token);
  assert.equal(await knock(guarded, { protocols: ["reenact.v1", `token.${TOKEN}`] }), "open");
  const refused = new LiveClient(liveUrl(guarded), { onResult: () => {} });
  await assert.rejects(refused.connect(), { code: "SERVER_REFUSED", message: /token/ });
  assert.equal(refused.state, "closed");
});

test("pages of elsewhere are turned away, by their origin and by the name they lead here with", async () => {
  assert.equal(await knock(open, { headers: { origin: "https://elsewhere.example" } }), 403);
  assert.equal(await knock(open, { headers: { origin: "null" } }), 403);
  assert.equal(await knock(open, { headers: { origin: `http://127.0.0.1:${open.port}` } }), "open");
  // DNS rebinding: origin and host agree, but the name is not this machine's.
  assert.equal(await knock(open, { headers: { host: `evil.example:${open.port}`, origin: `http://evil.example:${open.port}` } }), 421);
  assert.equal((await ask(open, "/", { headers: { host: "evil.example" } })).status, 421);
  assert.equal((await ask(open, "/", { headers: { host: `localhost:${open.port}` } })).status, 200);
  assert.equal((await ask(open, "/", { headers: { host: "[::1]:80" } })).status, 200);
  const known = { protocols: ["reenact.v1", `token.${TOKEN}`] };
  await until("the place to be free", () => guarded.load().sessions === 0);
  assert.equal(await knock(guarded, { ...known, headers: { origin: "https://pages.example" } }), "open");
  assert.equal(await knock(guarded, { ...known, headers: { origin: "https://other.example" } }), 403);
  assert.equal(await knock(open, { protocols: ["other.v1"] }), 426);
  assert.equal(await knock(open, { path: "/lives" }), 404);
});

test("a full server says so, and takes the next one when somebody leaves; a message that is too large ends its session alone", async () => {
  await until("the place to be free", () => guarded.load().sessions === 0);
  const states: string[] = [];
  const first = new LiveClient(liveUrl(guarded), { token: TOKEN, onResult: () => {} });
  await first.connect();
  const second = new LiveClient(liveUrl(guarded), { token: TOKEN, onResult: () => {}, onState: (state, why) => states.push(`${state} ${why?.message ?? ""}`) });
  const came = second.connect();
  await until("the refusal", () => states.some((state) => /waiting.*taken/.test(state)));
  assert.equal((await guarded.metrics.registry.getSingleMetricAsString("reenact_refused_total")).includes('reason="full"'), true);
  await assert.rejects(first.setPhoto(new Uint8Array(80_000)), { code: "PHOTO_TOO_LARGE" });
  await first.close();
  await came;
  await second.close();
  await until("the place to be free", () => guarded.load().sessions === 0);
  const socket = new WebSocket(liveUrl(guarded), ["reenact.v1", `token.${TOKEN}`]);
  await once(socket, "open");
  socket.send(new Uint8Array(80_000));
  const [code] = await once(socket, "close");
  assert.equal(code, CLOSE.tooLarge);
});

test("headers that never end are not waited for without end, and do not keep others waiting", async () => {
  const socket = connectTcp(open.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  assert.equal((await ask(open, "/healthz")).status, 200);
  socket.destroy();
});

test("HTTPS and wss, with a certificate", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    try {
      execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "ignore" });
    } catch {
      return context.skip("no openssl to make a certificate with");
    }
    const tls = { key: await readFile(key), cert: await readFile(cert) };
    const server = await startServer({ photo: undefined, tls });
    try {
      assert.match(server.url, /^https:/);
      assert.equal((await ask(server, "/healthz", { ca: tls.cert })).status, 200);
      const socket = new WebSocket(`wss://localhost:${server.port}/live`, ["reenact.v1"], { ca: tls.cert, lookup: (_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }] as never) });
      await once(socket, "open");
      socket.close();
      await once(socket, "close");
    } finally {
      await server.close();
    }
    await assert.rejects(startServer({ photo: undefined, tls: { key: tls.cert, cert: tls.key } }), { code: "USAGE" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a port that is taken is told as such; tokens that cannot go in a URL are refused", async () => {
  await assert.rejects(startServer({ photo: undefined, port: open.port }), { code: "ADDRESS_UNAVAILABLE", message: /port is taken/ });
  await assert.rejects(startServer({ photo: undefined, token: "has spaces" }), { code: "USAGE" });
});

test("secrets and addresses", () => {
  assert.ok(sameSecret("abc", "abc") && !sameSecret("abc", "abd") && !sameSecret("abc", "abcd") && !sameSecret("", "x"));
  assert.match(makeToken(), /^[A-Za-z0-9_-]{24}$/);
  assert.notEqual(makeToken(), makeToken());
  for (const host of ["localhost", "127.0.0.1", "127.8.9.1", "::1"]) assert.ok(isLoopback(host), host);
  for (const host of ["0.0.0.0", "::", "192.168.0.1", "127.evil.example", "localhost.evil.example"]) assert.ok(!isLoopback(host), host);
});
