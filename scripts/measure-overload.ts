/**
 * What five cameras too many and everything that an attacker does cost a server and an innocent session. A JSON line for every period.
 *
 *   node --import tsx scripts/measure-overload.ts [--minutes 10] [--every 60] [--cameras 5] [--attacks views,deaf,…]
 *   node --import tsx scripts/measure-overload.ts --each 10 [--attacks views,deaf,…]
 *
 * The server runs in a process of its own; memory is that of it and what it starts. The innocent session, a camera of 8 frames/s, is measured
 * for a period by itself, one beside five cameras of 30 frames/s, --minutes with the attacks too, and a period, a minute at least, after all
 * have left. `fps` are the pictures that it gets, `p95` their delay in ms; it must not be closed, and memory must come back. With --each, every
 * attack has a period of so many seconds for itself, no other camera beside it, and the same without an attack before and after.
 *
 * The attackers run on the same machine, in a process that yields to all others, so that what the innocent loses is what the server gives
 * away; `cores` is what they, and the server with all that it starts, used. With MALLOC_ARENA_MAX=16 in the environment the server has
 * glibc's heaps nearly as they are by themselves.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { constants, loadavg, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { Content, LiveClient, percentile } from "../src/client/index.js";
import { driverFrames, PHOTO, toJpeg } from "../test/server/live-fixtures.js";
import { ATTACKS, VIEWS, type AttackOrder } from "./attack-server.js";
import { processorTime } from "./processor-time.js";

const { values } = parseArgs({ options: {
  minutes: { type: "string", default: "10" }, every: { type: "string", default: "60" }, cameras: { type: "string", default: "5" }, each: { type: "string" },
  attacks: { type: "string", default: Object.keys(ATTACKS).join() },
} });
const minutes = Number(values.minutes), every = Number(values.every), cameraCount = Number(values.cameras), each = Number(values.each ?? 1);
if (!(minutes > 0 && every > 0 && cameraCount >= 0 && each > 0)) throw new Error("Expected numbers for --minutes, --every, --cameras and --each");

const names = values.attacks.split(","), unknown = names.find((name) => !(name in ATTACKS));
if (unknown !== undefined) throw new Error(`Expected attacks among ${Object.keys(ATTACKS).join()} but received ${unknown}`);

const CAMERA_FPS = 30, INNOCENT_FPS = 8;

const program = "import('./src/cli/main.ts').then(({ main }) => main(process.argv.slice(1)))";
const server = spawn(process.execPath, ["--import", "tsx", "-e", program, "--", "serve", "--onto", PHOTO, "--port", "0", "--json", "--max-sessions", "24", "--log-level", "silent"], {
  cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"],
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(server.kill() ? 1 : 2)); // it would go on alone
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
    // The server is the largest: where it runs in a process of its own, the one that began it is among the others.
    const sizes = processes.filter(({ pid }) => tree.has(pid)).map(({ kilobytes }) => kilobytes / 1024), largest = Math.max(...sizes);
    return { server: Math.round(largest), others: Math.round(sizes.reduce((sum, size) => sum + size, -largest)) };
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

/** Begins attacks; resolves to what ends them, which resolves to those that failed. */
async function attack(names: readonly string[], frame: Buffer, bomb: Buffer): Promise<{ readonly pid: number; stop(): Promise<string[]> }> {
  const attackers = fork(new URL("./attack-server.ts", import.meta.url), { execArgv: ["--import", "tsx"] }), gone = once(attackers, "exit"), failures: string[] = [];
  await once(attackers, "message"); // it is ready: starting is not what is measured
  setPriority(attackers.pid!, constants.priority.PRIORITY_LOW);
  attackers.on("message", (failure: string) => failures.push(failure));
  attackers.send({ names, port, frame: frame.toString("base64"), bomb: bomb.toString("base64") } satisfies AttackOrder);
  return {
    pid: attackers.pid!,
    async stop() {
      attackers.send("stop");
      setTimeout(() => attackers.kill(), 5000).unref();
      await gone;
      return failures;
    },
  };
}

/** Milliseconds of processor time of a process and what it started. */
const usedBy = async (pid: number | undefined) => pid === undefined ? 0 : [...(await processorTime(pid)).values()].reduce((sum, time) => sum + time, 0);

try {
  const jpegs = await Promise.all((await driverFrames(10, 12)).map(toJpeg));
  const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: "#345" } }).avif({ effort: 0 }).toBuffer();
  const innocent = await camera(INNOCENT_FPS, jpegs);
  await innocent.seeAll();
  const began = performance.now();
  const period = async (phase: string, seconds = every, attackers?: number) => {
    innocent.take();
    const used = () => Promise.all([usedBy(server.pid), usedBy(attackers)]), before = await used(), started = performance.now();
    let most = 0;
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      const { server: own, others } = await memory();
      most = Math.max(most, own + (others || 0));
      await sleep(Math.min(2000, Math.max(0, end - performance.now())));
    }
    const { results, ...rest } = innocent.take(), after = await used(), lasted = performance.now() - started;
    const at = Math.round((performance.now() - began) / 1000), fps = Number(((1000 * results) / lasted).toFixed(1));
    const [ofServer, ofAttackers] = after.map((time, i) => Number(((time - before[i]) / lasted).toFixed(2)));
    console.log(JSON.stringify({ at, phase, memoryMB: await memory(), mostMB: most, fps, ...rest, cores: { server: ofServer, attackers: ofAttackers }, load: loadavg()[0] }));
  };
  console.log(JSON.stringify({ at: 0, phase: "start", memoryMB: await memory(), load: loadavg()[0] }));
  const failures: string[] = [];
  if (values.each !== undefined) {
    await period("alone", each);
    for (const name of names) {
      const attackers = await attack([name], jpegs[0], bomb);
      await period(name, each, attackers.pid);
      failures.push(...await attackers.stop());
      await period("alone", each);
    }
  } else {
    await period("alone");
    const cameras = await Promise.all(Array.from({ length: cameraCount }, () => camera(CAMERA_FPS, jpegs)));
    if (cameraCount > 0) await period("overload");
    const attackers = await attack(names, jpegs[0], bomb);
    for (let left = 60 * minutes; left > 0; left -= every) await period("attacks", Math.min(every, left), attackers.pid);
    failures.push(...await attackers.stop());
    await Promise.all(cameras.map((one) => one.stop()));
  }
  await period("after", Math.max(60, every));
  await innocent.stop();
  if (failures.length > 0) console.log(JSON.stringify({ attacksThatEnded: failures }));
} finally {
  server.kill();
  await gone;
}
process.exit();
