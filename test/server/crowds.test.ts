import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { CLOSE, LiveClient } from "../../src/client/index.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { withinOnce } from "../helpers/within-once.js";
import { liveUrl, startServer, until } from "./live-fixtures.js";

/** Many connections of one machine to itself, which do nothing. */
let server: LiveServer, guarded: LiveServer;
before(async () => {
  server = await startServer({ photo: undefined, limits: { maxSessions: 2 } });
  guarded = await startServer({ photo: undefined, token: "a-token-of-the-tests" });
});
after(() => Promise.all([server.close(), guarded.close()]));

async function silent(count: number, localAddress: string): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    const socket = connectTcp({ port: server.port, host: "127.0.0.1", localAddress });
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  }));
}

async function ungreeted(localAddress: string): Promise<WebSocket> {
  const socket = new WebSocket(liveUrl(server), ["reenact.v1"], { localAddress });
  socket.on("error", () => {});
  await once(socket, "open");
  return socket;
}

const answers = () => withinOnce(2000, "until it answers", async () => {
  const started = performance.now();
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status, 200);
  return performance.now() - started;
});

test("silent connections, of one address and of many, keep nobody out; they make room, oldest first", async () => {
  const one = await silent(100, "127.0.0.2");
  await answers();
  await until("room to be made", () => one.filter(({ closed }) => closed).length >= 50);
  assert.ok(one[0].closed && !one[99].closed);
  const many = (await Promise.all(Array.from({ length: 8 }, (_, i) => silent(10, `127.0.1.${i + 1}`)))).flat();
  await answers();
  for (const socket of [...one, ...many]) socket.destroy();
});

test("a connection that is in use is not taken for silent", async () => {
  const client = new LiveClient(liveUrl(server), { onResult: () => {}, attempts: 1 });
  await client.connect();
  const crowd = await silent(100, "127.0.0.1");
  await answers();
  assert.equal(client.state, "open");
  await client.close();
  for (const socket of crowd) socket.destroy();
  await until("the session's end", () => server.load().sessions === 0);
});

test("sockets that never say hello hold no session; too many make room", async () => {
  const crowd = await Promise.all(Array.from({ length: 24 }, () => ungreeted("127.0.0.2")));
  const [first, second, third] = Array.from({ length: 3 }, () => new LiveClient(liveUrl(server), { onResult: () => {}, attempts: 1 }));
  await Promise.all([first.connect(), second.connect()]);
  await assert.rejects(third.connect(), { code: "SERVER_REFUSED", message: /all sessions are taken/ });
  assert.ok(server.load().sessions <= 18 + 1, "16 of one address have not said hello");
  await until("room to be made", () => crowd.filter(({ readyState }) => readyState === WebSocket.CLOSED).length >= 8);
  assert.deepEqual([first.state, second.state], ["open", "open"]);
  await Promise.all([first.close(), second.close()]);
  for (const socket of crowd) socket.terminate();
  await until("all to be gone", () => server.load().sessions === 0);
});

test("before hello, and without a token, next to nothing is taken", async () => {
  const socket = await ungreeted("127.0.0.1");
  const [stream] = [(socket as unknown as { _socket: Socket })._socket];
  const closed = once(socket, "close");
  for (let n = 0; n < 8 && socket.readyState === WebSocket.OPEN; n++) socket.send(new Uint8Array(100_000), { fin: n === 7 });
  assert.equal((await closed)[0], CLOSE.tooLarge);
  assert.ok(stream.bytesWritten <= 900_000);
  const stranger = new WebSocket(liveUrl(guarded), ["reenact.v1", "token.not-the-token"]);
  stranger.on("error", () => {});
  await once(stranger, "open");
  const ended = once(stranger, "close");
  if (stranger.readyState === WebSocket.OPEN) stranger.send(new Uint8Array(2000));
  assert.ok([CLOSE.token, CLOSE.tooLarge].includes((await ended)[0] as 4401));
});
