import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebSocket } from "ws";
import { Content } from "../../src/client/index.js";
import { encodeJson, encodeMessage, Kind } from "../../src/client/protocol.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { bears, openBystander, type Bystander } from "./bystander.js";
import sharp from "sharp";
import { driverFrames, liveUrl, startServer, toJpeg, until } from "./live-fixtures.js";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

/** Attacks of this machine on itself, small and short: what is looked at is whether they cost others anything. */
let server: LiveServer, jpeg: Buffer, bystander: Bystander;

before(async () => {
  jpeg = await toJpeg((await driverFrames(1))[0]);
  server = await startServer({ limits: { maxSide: 480, heartbeat: 1 } });
  bystander = await openBystander(server, jpeg);
  await bystander.measure(1);
});
after(async () => {
  await bystander.stop();
  await server.close();
});

async function attacker(localAddress = "127.0.0.1"): Promise<WebSocket> {
  const socket = new WebSocket(liveUrl(server), ["reenact.v1"], { perMessageDeflate: false, localAddress });
  socket.on("error", () => {});
  await once(socket, "open");
  socket.send(encodeJson(Kind.hello, {}));
  return socket;
}

const count = async (name: string): Promise<number> => Number(/^\S+ (\d+)$/m.exec((await server.metrics.registry.getSingleMetricAsString(name)).replace(/^#.*$/gm, ""))?.[1]);
const othersGone = () => until("the others to be gone", () => server.load().sessions === 1);
const held = async () => {
  for (let n = 0; n < 3; n++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage(); // buffers count in external
  return heapUsed + external;
};

test("a view that changes 58 times a second costs others nothing; few painters are made, the last one for the last view", async () => {
  const stills: number[] = [];
  await bears(bystander, async () => {
    const socket = await attacker();
    socket.on("message", (data: Buffer) => { if (data[2] === Kind.still) stills.push(performance.now()); });
    let n = 0;
    const timer = setInterval(() => socket.send(encodeJson(Kind.settings, { view: ["face", "composite", "side-by-side"][n++ % 3] })), 1000 / 58);
    return async () => {
      clearInterval(timer);
      stills.length = 0;
      socket.send(encodeJson(Kind.settings, { view: "face" }));
      await until("the last still", () => stills.length > 0);
      socket.terminate();
      await othersGone();
    };
  });
  assert.deepEqual(bystander.drops.filter((cause) => cause !== "superseded"), []);
});

test("a camera whose size changes with every frame rebuilds nothing at that rate", async () => {
  const other = await toJpeg({ ...(await driverFrames(1))[0], data: new Uint8Array(3 * 64 * 48).fill(90), width: 64, height: 48 });
  let stills = 0;
  const socket = await attacker();
  socket.on("message", (data: Buffer) => {
    if (data[2] === Kind.still) stills++;
    if (data[2] === Kind.result) socket.send(encodeMessage(Kind.ack, { sequence: data.readUInt32BE(4) }));
  });
  socket.send(encodeJson(Kind.settings, { view: "side-by-side" }));
  for (let n = 1; n <= 60; n++) {
    socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: n % 2 === 0 ? jpeg : other }));
    await new Promise((resolve) => setTimeout(resolve, 33));
  }
  assert.ok(stills < 25, `${stills} stills for 60 frames in two seconds`);
  socket.terminate();
  await othersGone();
});

test("clients that acknowledge, answer pings and change views, but read nothing, are cut off; what waits for them is bounded and goes with them", { timeout: 120_000 }, async () => {
  const start = await held();
  const sockets = await Promise.all(Array.from({ length: 5 }, () => attacker()));
  let n = 0;
  for (const socket of sockets) (socket as unknown as { _socket: { pause(): void } })._socket.pause();
  const timer = setInterval(() => {
    n++;
    for (const socket of sockets) {
      if (socket.readyState !== WebSocket.OPEN) continue;
      socket.send(encodeJson(Kind.settings, { view: n % 2 === 0 ? "face" : "composite" }));
      socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: jpeg }));
      for (let k = Math.max(1, n - 20); k <= n; k++) socket.send(encodeMessage(Kind.ack, { sequence: k }));
      socket.ping();
      socket.pong();
    }
  }, 50);
  let most = 0;
  const meter = setInterval(() => { most = Math.max(most, process.memoryUsage().arrayBuffers); }, 100);
  await othersGone();
  clearInterval(timer);
  clearInterval(meter);
  // What was under way for them when they were cut off ends a little later; what is kept never would.
  await until(`memory to be back near ${start} bytes`, async () => await held() < 1.1 * start + 5e6);
  assert.ok(most < 300e6, `up to ${most} bytes waited`);
});

test("a flood of pings and of acknowledgements of nothing ends the session that sends them, and no other", async () => {
  for (const flood of [(socket: WebSocket) => socket.ping(), (socket: WebSocket) => socket.send(encodeMessage(Kind.ack, { sequence: 77 }))]) {
    const socket = await attacker();
    const code = once(socket, "close");
    for (let n = 0; n < 1000; n++) flood(socket);
    assert.equal((await code)[0], 4429);
  }
  await othersGone();
  assert.ok((await bystander.measure(1)).results > 0);
  assert.ok(await count("reenact_results_total") > 0);
});

test("large photos in small files, sent by sockets that come and go, cost others nothing; the server's memory stays, and another address gets its photo in", { timeout: 240_000 }, async () => {
  const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: "#345" } }).avif({ effort: 0 }).toBuffer();
  const fair = await sharp({ create: { width: 400, height: 400, channels: 3, background: "#345" } }).png().toBuffer();
  const start = process.memoryUsage().rss;
  const said: string[] = [];
  let most = 0;
  await bears(bystander, async () => {
    let on = true;
    const meter = setInterval(() => { most = Math.max(most, process.memoryUsage().rss); }, 100);
    const work = Promise.all(["127.0.0.2", "127.0.0.3"].map(async (address) => {
      while (on) {
        const socket = await attacker(address);
        socket.on("message", (data: Buffer) => { if (data[2] === Kind.error) said.push(data.subarray(16).toString()); });
        for (let n = 1; n <= 4; n++) {
          socket.send(encodeMessage(Kind.photo, { sequence: n, payload: bomb }));
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        socket.terminate();
      }
    }));
    return async () => {
      on = false;
      await work;
      clearInterval(meter);
    };
  });
  for (let n = 0; n < 40 && !said.some((note) => /Too many photos/.test(note)); n++) {
    const again = await attacker("127.0.0.2");
    again.on("message", (data: Buffer) => { if (data[2] === Kind.error) said.push(data.subarray(16).toString()); });
    again.send(encodeMessage(Kind.photo, { sequence: 1, payload: bomb }));
    await new Promise((resolve) => setTimeout(resolve, 60));
    again.terminate();
  }
  assert.ok(said.some((note) => /Too many photos/.test(note)), "coming back refills nothing");
  const socket = await attacker("127.0.0.4");
  const answer = new Promise<string>((resolve) => socket.on("message", (data: Buffer) => { if (data[2] === Kind.error) resolve(data.subarray(16).toString()); }));
  socket.send(encodeMessage(Kind.photo, { sequence: 1, payload: fair }));
  assert.match(await answer, /NO_FACE_IN_PHOTO/);
  socket.terminate();
  await othersGone();
  assert.ok(most - start < 200e6, `the server grew from ${start} to ${most} bytes`);
});
