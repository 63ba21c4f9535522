import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebSocket } from "ws";
import { CLOSE, Content, type LiveClient } from "../../src/client/index.js";
import { encodeJson, encodeMessage, Kind } from "../../src/client/protocol.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { mulberry32 } from "../helpers/random.js";
import { connect, driverFrames, liveUrl, startServer, toJpeg, until } from "./live-fixtures.js";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

let server: LiveServer, jpegs: Buffer[];
/** A session that keeps to the rules, during all that the others do. */
let good: { client: LiveClient; results: unknown[]; drops: string[]; stop: () => Promise<void> };

before(async () => {
  jpegs = await Promise.all((await driverFrames(10, 12)).map(toJpeg));
  server = await startServer({ limits: { maxSide: 200, maxSessions: 64, heartbeat: 2, helloTimeout: 5, idleTimeout: 12, maxMessageBytes: 300_000, maxFrameBytes: 200_000 } });
  good = await startGood();
});
after(async () => {
  await good.stop();
  await server.close();
});

async function startGood() {
  const drops: string[] = [];
  const { client, results } = await connect(server, { onDrop: (_, cause) => drops.push(cause) });
  let n = 0;
  const timer = setInterval(() => {
    if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: jpegs[n++ % jpegs.length] });
    if (results.length > 100) results.splice(0, 50);
  }, 100);
  return { client, results, drops, stop: async () => { clearInterval(timer); await client.close(); } };
}

async function goodGoesOn(): Promise<void> {
  const before = good.client.figures.shown;
  await until("the good session to go on", () => good.client.figures.shown >= before + 3);
  assert.equal(good.client.state, "open");
  const odd = good.drops.filter((cause) => cause !== "superseded");
  assert.deepEqual(odd, [], "whatever the others do, its frames are dropped for newer ones of its own alone");
}

/** Only the good session is left, and nothing of the others is in work. */
async function othersGone(): Promise<void> {
  await until("the others' sessions to end", () => server.load().sessions === 1, 120_000);
}

async function rawSession(greet = true): Promise<WebSocket> {
  const socket = new WebSocket(liveUrl(server), ["reenact.v1"], { perMessageDeflate: false });
  socket.on("error", () => {});
  await once(socket, "open");
  if (greet) socket.send(encodeJson(Kind.hello, {}));
  return socket;
}

function ended(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => (socket.readyState === WebSocket.CLOSED ? resolve(0) : socket.on("close", resolve)));
}

/** What opens a WebSocket, for sockets that then do what no WebSocket would. */
function handshake(): string {
  const headers = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: reenact.v1"];
  return ["GET /live HTTP/1.1", `Host: 127.0.0.1:${server.port}`, ...headers, "", ""].join("\r\n");
}

/** One message that nobody should send; `fatal` ones end the session, the others are put up with. */
function nonsense(random: () => number, fatal: boolean): Uint8Array | string {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const noise = (length: number) => Uint8Array.from({ length }, () => 256 * random());
  const number = () => Math.floor(random() * 2 ** 32);
  const spoilt = () => {
    const bytes = Uint8Array.from(pick(jpegs));
    for (let i = 0; i < 1 + 20 * random(); i++) bytes[Math.floor(random() * bytes.length)] = 256 * random();
    return bytes.subarray(0, random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length);
  };
  // Mostly rising, so that it reaches a decoder.
  const frame = (payload: Uint8Array, variant = 1 + Math.floor(5 * random())) => encodeMessage(Kind.frame, { variant, sequence: ++counter, time: counter, payload });
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452000fffff000fffff0802000000", "hex"); // says that it has a billion pixels
  const settings = (text: string) => encodeMessage(Kind.settings, { payload: new TextEncoder().encode(text) });
  const odd = [
    () => frame(spoilt()),
    () => frame(noise(Math.floor(1000 * random()))),
    () => frame(new Uint8Array(0)),
    () => frame(pick(jpegs)),
    () => encodeMessage(Kind.frame, { variant: 1, sequence: pick([0, 1, number()]), time: pick([-1e300, 0, counter, 1e12 * random()]), payload: pick(jpegs) }),
    () => encodeMessage(Kind.photo, { sequence: number(), payload: pick([png, noise(500), Buffer.from("<svg/>"), pick(jpegs).subarray(0, 3000), new Uint8Array(0)]) }),
    () => encodeMessage(Kind.ack, { sequence: number(), payload: noise(Math.floor(50 * random())) }),
    () => settings(pick(["{}", '{"strength":0.5}', '{"view":"side-by-side"}', '{"view":"face"}', '{"paused":true}', '{"paused":false}', '{"face":2}', '{"missing":"hold"}'])),
  ];
  const deadly = [
    () => noise(Math.floor(2000 * random())),
    () => encodeMessage(pick(Object.values(Kind).filter((kind) => kind > 0x80)), { sequence: number(), payload: noise(Math.floor(300 * random())) }),
    () => settings(pick(["{", "[]", "null", "1e999", '{"strength":-1}', '{"strength":1e308}', '{"view":"../../x"}', '{"token":1}', `"${"x".repeat(9000)}"`, "[".repeat(5000)])),
    () => encodeMessage(Kind.frame, { variant: 6 + Math.floor(250 * random()), sequence: 1, time: 1 }),
    () => frame(pick(jpegs)).subarray(0, Math.floor(16 * random())),
    () => encodeMessage(Kind.frame, { variant: 1, sequence: 1, time: pick([NaN, Infinity, -Infinity]) }),
    () => encodeJson(Kind.hello, pick([{}, { settings: 5 }, [], null, { token: "x" }])),
    () => "a text",
  ];
  return pick(fatal ? deadly : odd)();
}

let counter = 0;

test("10,000 messages of nonsense, seeded, end at most the session that sent them; memory and sockets return to where they were", { timeout: 600_000 }, async () => {
  const random = mulberry32(20260725);
  let sent = 0;
  const round = async (count: number, messages: number) => {
    for (let i = 0; i < count; i += 10) {
      await Promise.all(Array.from({ length: 10 }, async () => {
        const socket = await rawSession(random() < 0.9);
        for (let n = 0; n < messages; n++) {
          socket.send(nonsense(random, n === messages - 1));
          if (random() < 0.1) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        sent += messages;
        // Some go before they are thrown out.
        if (random() < 0.3) socket.terminate();
        await ended(socket);
      }));
    }
    await othersGone();
  };
  const sockets = () => process.getActiveResourcesInfo().filter((name) => /TCP(Socket)?Wrap/.test(name)).length;
  const settle = async () => {
    await goodGoesOn();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return { heap: heapUsed + arrayBuffers, sockets: sockets() };
  };
  await round(40, 50); // what is made once and kept has been made after this
  const start = await settle();
  await round(160, 50);
  // What was under way when they went ends a little later; what is kept never would.
  await until(`a heap of ${start.heap} bytes again, or little more`, async () => (await settle()).heap - start.heap < 25e6);
  await until(`${start.sockets} sockets again`, () => sockets() === start.sockets);
  assert.equal(sent, 10_000);
});

test("whoever does not acknowledge gets a few pictures and no more; the rest of the frames is dropped before any work", async () => {
  const socket = await rawSession();
  const kinds: number[] = [];
  socket.on("message", (data: Buffer) => kinds.push(data[2]));
  const send = (n: number) => socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: jpegs[n % 10] }));
  for (let n = 1; n <= 30; n++) {
    send(n);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await until("three pictures", () => kinds.filter((kind) => kind === Kind.result).length >= 3);
  for (const n of [31, 32]) send(n);
  await goodGoesOn();
  assert.equal(kinds.filter((kind) => kind === Kind.result).length, 3);
  assert.match(await server.metrics.registry.getSingleMetricAsString("reenact_frames_dropped_total"), /cause="slow-reader"/);
  assert.equal(await ended(socket), CLOSE.idle, "and it ends when nothing can be done for it any more");
  await othersGone();
});

test("a client that never reads is found dead, and what waits for it stays small", async () => {
  const socket = await rawSession();
  const { _socket: tcp } = socket as unknown as { _socket: { pause(): void; destroyed: boolean } };
  tcp.pause();
  const before = process.memoryUsage().rss;
  let n = 0;
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > 1e6) return;
    socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: ++n, time: n, payload: jpegs[n % 10] }));
  }, 5);
  await othersGone();
  clearInterval(timer);
  assert.ok(n > 20, `it sent ${n} frames meanwhile`);
  await until("little more memory than before", () => process.memoryUsage().rss - before < 150e6);
  socket.terminate();
  await goodGoesOn();
});

test("a flood of frames is cut to the allowed rate, and costs the sender alone", async () => {
  const socket = await rawSession();
  for (let n = 1; n <= 5000; n++) socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: jpegs[0].subarray(0, 400) }));
  await goodGoesOn();
  socket.terminate();
  await othersGone();
  assert.match(await server.metrics.registry.getSingleMetricAsString("reenact_frames_dropped_total"), /cause="rate"/);
});

test("messages that trickle in, and hellos that never come, are not waited for without end", async () => {
  const silent = await rawSession(false);
  const tcp = connectTcp(server.port, "127.0.0.1");
  tcp.on("error", () => {});
  tcp.write(handshake());
  await once(tcp, "data");
  tcp.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 3, 0, 0, 1, 2, 3, 4])); // a message of 196,608 bytes, of which one comes at a time
  const trickle = setInterval(() => tcp.writable && tcp.write(Buffer.from([0])), 100);
  assert.equal(await ended(silent), CLOSE.protocol);
  await othersGone();
  clearInterval(trickle);
  tcp.destroy();
  const broken = connectTcp(server.port, "127.0.0.1");
  broken.on("error", () => {});
  broken.write(handshake());
  await once(broken, "data");
  broken.write(Buffer.from("ffffffffffffffffffff", "hex")); // no WebSocket frame at all
  await othersGone();
  broken.destroy();
  await goodGoesOn();
});

test("sockets that vanish in the middle of everything leave nothing behind", async () => {
  const random = mulberry32(7);
  for (let i = 0; i < 4; i++) {
    await Promise.all(Array.from({ length: 8 }, async () => {
      const socket = await rawSession();
      for (let n = 1; n <= 4; n++) socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: jpegs[n] }));
      if (random() < 0.3) socket.send(encodeMessage(Kind.photo, { sequence: 9, payload: jpegs[5] }));
      await new Promise((resolve) => setTimeout(resolve, 200 * random()));
      (socket as unknown as { _socket: { destroy(): void } })._socket.destroy();
      await ended(socket);
    }));
  }
  await othersGone();
  await goodGoesOn();
  await good.stop();
  await until("an empty server", () => { const { sessions, inWork, waiting } = server.load(); return sessions + inWork + waiting === 0; });
});

test("the server ends its sessions with a reason, once, and frees its port", async () => {
  const mine = await startServer({ photo: undefined });
  const socket = new WebSocket(liveUrl(mine), ["reenact.v1"]);
  await once(socket, "open");
  socket.send(encodeJson(Kind.hello, {}));
  await once(socket, "message");
  const [[code, reason]] = await Promise.all([once(socket, "close"), mine.close(), mine.close()]);
  assert.deepEqual([code, String(reason)], [CLOSE.goingAway, "the server ends"]);
  const again = await startServer({ photo: undefined, port: mine.port });
  await again.close();
});
