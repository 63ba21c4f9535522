/**
 * What five cameras too many and everything that an attacker does cost a server and an innocent session. A JSON line for every period.
 *
 *   node --import tsx scripts/measure-overload.ts [--minutes 10] [--every 60]
 *
 * The server runs in a process of its own; memory is that of it and what it starts. The innocent session, a camera of 8 frames/s, is measured
 * for a period by itself, one beside five cameras of 30 frames/s, --minutes with the attacks too, and a period, a minute at least, after all
 * have left. `fps` are the pictures that it gets, `p95` their delay in ms; it must not be closed, and memory must come back. The attackers
 * run on the same machine and take their share of it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { loadavg } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { WebSocket } from "ws";
import { Content, LiveClient, percentile } from "../src/client/index.js";
import { encodeJson, encodeMessage, Kind } from "../src/client/protocol.js";
import { driverFrames, PHOTO, toJpeg } from "../test/server/live-fixtures.js";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" }, every: { type: "string", default: "60" } } });
const minutes = Number(values.minutes), every = Number(values.every);
if (!(minutes > 0 && every > 0)) throw new Error(`Expected a time for --minutes and --every but received ${values.minutes} and ${values.every}`);

const VIEWS = ["face", "composite", "side-by-side"] as const;
const CAMERAS = 5, CAMERA_FPS = 30, INNOCENT_FPS = 8;

const program = "import('./src/cli/main.ts').then(({ main }) => main(process.argv.slice(1)))";
const server = spawn(process.execPath, ["--import", "tsx", "-e", program, "--", "serve", "--onto", PHOTO, "--port", "0", "--json", "--max-sessions", "24", "--log-level", "silent"], {
  cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"],
});
const gone = once(server, "exit");
const [line] = await Promise.race([once(createInterface(server.stdout), "line"), gone.then(() => Promise.reject(new Error("Expected a server but it ended")))]) as [string];
const { port } = JSON.parse(line) as { port: number }, url = `ws://127.0.0.1:${port}/live`;

/** Megabytes of the server, and of what it started, as far as /proc tells; elsewhere of the server alone, as it says itself. */
async function memory(): Promise<{ readonly server: number; readonly others: number }> {
  try {
    const processes = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return { pid: Number(pid), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), kilobytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) };
    }));
    const tree = new Set([server.pid]);
    for (let size = 0; size < tree.size;) {
      size = tree.size;
      for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
    }
    const mine = processes.filter(({ pid }) => tree.has(pid));
    const megabytes = (list: typeof mine) => Math.round(list.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024);
    return { server: megabytes(mine.filter(({ pid }) => pid === server.pid)), others: megabytes(mine.filter(({ pid }) => pid !== server.pid)) };
  } catch {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return { server: Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 2 ** 20), others: NaN };
  }
}

/** A client that keeps to the rules; what came of it since it was asked last. */
async function camera(fps: number, jpegs: readonly Buffer[]) {
  let delays: number[] = [], closed = 0;
  const client = new LiveClient(url, { onResult: ({ time }) => void delays.push(performance.now() - time), onState: (state) => { if (state === "waiting" || state === "closed") closed++; } });
  await client.connect();
  let n = 0;
  const timer = setInterval(() => { if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: jpegs[n++ % jpegs.length] }); }, 1000 / fps);
  return {
    take() {
      const told = { results: delays.length, p50: Math.round(percentile(delays, 0.5)), p95: Math.round(percentile(delays, 0.95)), closed };
      delays = [];
      return told;
    },
    /** Looks at every view for a moment: what a server opens for the first of them it keeps. */
    async seeAll() {
      for (const view of VIEWS) {
        client.update({ view });
        await sleep(4000);
      }
      client.update({ view: "composite" });
    },
    async stop() {
      clearInterval(timer);
      await client.close();
    },
  };
}

async function stranger(localAddress: string, hello = true): Promise<WebSocket> {
  const socket = new WebSocket(url, ["reenact.v1"], { perMessageDeflate: false, localAddress });
  socket.on("error", () => {});
  await Promise.race([once(socket, "open"), once(socket, "close")]);
  if (hello && socket.readyState === WebSocket.OPEN) socket.send(encodeJson(Kind.hello, {}));
  return socket;
}

/** Each goes on until it is told to stop, whatever the server does to it. */
const ATTACKS: Readonly<Record<string, (signal: AbortSignal, frame: Buffer, bomb: Buffer) => Promise<void>>> = {
  async views(signal) {
    for (let socket = await stranger("127.0.0.2"), n = 0; !signal.aborted; n++) {
      if (socket.readyState !== WebSocket.OPEN) socket = await stranger("127.0.0.2");
      socket.send(encodeJson(Kind.settings, { view: VIEWS[n % 3] }));
      await sleep(1000 / 58);
    }
  },
  async deaf(signal, frame) {
    for (let socket = await stranger("127.0.0.3"), n = 1; !signal.aborted; n++) {
      if (socket.readyState !== WebSocket.OPEN) socket = await stranger("127.0.0.3");
      (socket as unknown as { _socket: { pause(): void } })._socket.pause();
      socket.send(encodeJson(Kind.settings, { view: VIEWS[n % 2] }));
      socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: frame }));
      for (let k = Math.max(1, n - 20); k <= n; k++) socket.send(encodeMessage(Kind.ack, { sequence: k }));
      socket.pong();
      await sleep(50);
    }
  },
  async photos(signal, _frame, bomb) {
    while (!signal.aborted) {
      const socket = await stranger("127.0.0.4");
      for (let n = 1; n <= 4 && socket.readyState === WebSocket.OPEN; n++) {
        socket.send(encodeMessage(Kind.photo, { sequence: n, payload: bomb }));
        await sleep(60);
      }
      socket.terminate();
    }
  },
  async floods(signal) {
    for (let turn = 0; !signal.aborted; turn++) {
      const socket = await stranger("127.0.0.5");
      for (let n = 0; n < 1000 && socket.readyState === WebSocket.OPEN; n++) {
        if (turn % 3 === 0) socket.ping();
        else socket.send(turn % 3 === 1 ? encodeMessage(Kind.ack, { sequence: 77 }) : encodeMessage(Kind.sound, { payload: new Uint8Array(2) }));
      }
      await sleep(200);
      socket.terminate();
    }
  },
  async silent(signal) {
    while (!signal.aborted) {
      const sockets = Array.from({ length: 60 }, () => connectTcp({ port, host: "127.0.0.1", localAddress: "127.0.0.6" }).on("error", () => {}));
      await sleep(3000);
      for (const socket of sockets) socket.destroy();
    }
  },
  async ungreeted(signal) {
    while (!signal.aborted) {
      const sockets = await Promise.all(Array.from({ length: 24 }, () => stranger("127.0.0.7", false)));
      for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array(100_000), { fin: false });
      await sleep(2000);
      for (const socket of sockets) socket.terminate();
    }
  },
};

try {
  const jpegs = await Promise.all((await driverFrames(10, 12)).map(toJpeg));
  const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: "#345" } }).avif({ effort: 0 }).toBuffer();
  const innocent = await camera(INNOCENT_FPS, jpegs);
  await innocent.seeAll();
  const began = performance.now();
  const period = async (phase: string, seconds = every) => {
    innocent.take();
    let most = 0;
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      const { server: own, others } = await memory();
      most = Math.max(most, own + (others || 0));
      await sleep(Math.min(2000, Math.max(0, end - performance.now())));
    }
    const { results, ...rest } = innocent.take();
    const at = Math.round((performance.now() - began) / 1000), fps = Number((results / seconds).toFixed(1));
    console.log(JSON.stringify({ at, phase, memoryMB: await memory(), mostMB: most, fps, ...rest, load: loadavg()[0] }));
  };
  console.log(JSON.stringify({ at: 0, phase: "start", memoryMB: await memory(), load: loadavg()[0] }));
  await period("alone");
  const cameras = await Promise.all(Array.from({ length: CAMERAS }, () => camera(CAMERA_FPS, jpegs)));
  await period("overload");
  const stop = new AbortController(), failures: string[] = [];
  const attacks = Promise.all(Object.entries(ATTACKS).map(([name, attack]) => attack(stop.signal, jpegs[0], bomb).catch((error: unknown) => {
    failures.push(`${name}: ${String(error)}`);
  })));
  for (let left = 60 * minutes; left > 0; left -= every) await period("attacks", Math.min(every, left));
  stop.abort();
  await attacks;
  await Promise.all(cameras.map((one) => one.stop()));
  await period("after", Math.max(60, every));
  await innocent.stop();
  if (failures.length > 0) console.log(JSON.stringify({ attacksThatEnded: failures }));
} finally {
  server.kill();
  await gone;
}
process.exit();
