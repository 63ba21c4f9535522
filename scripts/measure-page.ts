/**
 * What the live page reaches in a real browser: frames a second, delay, and where the time goes. One JSON line.
 *
 *   node --import tsx scripts/measure-page.ts [--video FILE] [--photo FILE] [--seconds 30] [--settle 10] [--query "view=face"] [--weights small]
 *
 * A camera of 640×480 at 30 frames/s plays the video to headless Chromium (`CHROMIUM_PATH`); the server runs in a process of its own. With
 * REENACT_MODEL_DIR, or where `reenact doctor` finds MediaPipe's model, the page finds the face, as it does for people. `figures` are the
 * page's own, which are those of three seconds, looked at once a second: their median, and the worst of them. `stages` are means, ms.
 * `processor` is what a frame that was answered costs, ms of processor time by process and thread; it holds also where others are at work.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { percentile, STAGES, type FiguresNow } from "../src/client/index.js";
import { noBrowser, openBrowser, visit } from "../test/server/browser.js";
import { ffmpegRun } from "../test/server/camera-clip.js";
import { DRIVER, PHOTO } from "../test/server/live-fixtures.js";
import { processorTime } from "./processor-time.js";

const { values } = parseArgs({ options: {
  video: { type: "string", default: DRIVER }, photo: { type: "string", default: PHOTO },
  seconds: { type: "string", default: "30" }, settle: { type: "string", default: "10" }, query: { type: "string", default: "" },
  weights: { type: "string" },
} });
const seconds = Number(values.seconds), settle = Number(values.settle);
if (noBrowser) throw new Error(`Expected a browser but there is ${noBrowser}`);
if (!(seconds > 0 && settle >= 0)) throw new Error(`Expected seconds for --seconds and --settle but received ${values.seconds} and ${values.settle}`);

/** A frame's way, milliseconds of the page's clock. */
interface Trace {
  readonly captured: number;
  readonly sent: number;
  readonly called?: number;
  readonly posted?: number;
  readonly worked?: number;
  readonly encoded?: number;
  received?: number;
  shown?: number;
  server?: Record<(typeof STAGES)[number], number>;
}

/** Watches the page from outside: its camera's callbacks, its worker, its socket. Traces by the frame's number. */
const WATCH = `
  const traces = globalThis.traces = new Map(), before = new Map(), note = (time, what) => {
    before.set(time, { ...before.get(time), ...what });
    if (before.size > 200) before.delete(before.keys().next().value);
  };
  const { WebSocket: Socket, Worker: Thread } = globalThis, video = HTMLVideoElement.prototype, request = video.requestVideoFrameCallback;
  video.requestVideoFrameCallback = function (callback) {
    return request.call(this, (now, facts) => { note(facts.captureTime, { called: performance.now() }); callback(now, facts); });
  };
  globalThis.Worker = class extends Thread {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => { if (data.kind === "grabbed") note(data.time, { worked: data.took, encoded: performance.now() }); });
    }
    postMessage(message, transfer) {
      if (message.kind === "grab") note(message.time, { posted: performance.now() });
      super.postMessage(message, transfer);
    }
  };
  globalThis.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const head = new DataView(data);
        if (head.getUint8(2) === 0x83) Object.assign(traces.get(head.getUint32(4)) ?? {}, { received: performance.now() });
      });
    }
    send(data) {
      const head = new DataView(data.buffer, data.byteOffset);
      if (head.getUint8(2) === 0x02) traces.set(head.getUint32(4), { captured: head.getFloat64(8), sent: performance.now(), ...before.get(head.getFloat64(8)) });
      super.send(data);
    }
  };
  addEventListener("reenact:result", ({ detail: { sequence, stages } }) => Object.assign(traces.get(sequence) ?? {}, { shown: performance.now(), server: stages }));`;

async function startServer(photo: string): Promise<{ url: string; stop: () => Promise<unknown> }> {
  const program = "import('./src/cli/main.ts').then(({ main }) => main(process.argv.slice(1)))";
  const child = spawn(process.execPath, ["--import", "tsx", "-e", program, "--", "serve", "--onto", photo, "--port", "0", "--json", "--log-level", "error", ...(values.weights ? ["--weights", values.weights] : [])], {
    cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(child.kill() ? 1 : 2)); // it would go on alone
  const gone = once(child, "exit");
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), gone.then(() => Promise.reject(new Error("Expected a server but it ended")))]) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, stop: () => (child.kill(), gone) };
}

const ms = (value: number) => Number(value.toFixed(1));
const mean = (list: readonly number[]) => ms(list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length));
const known = (list: readonly (number | undefined)[]) => list.filter((value): value is number => Number.isFinite(value));

async function measure(page: Page, url: string) {
  await page.addInitScript(WATCH);
  await visit(page, `${url}?${values.query}`);
  await page.locator("#status[data-state=live]").waitFor();
  await page.waitForTimeout(1000 * settle);
  const look = () => page.evaluate<FiguresNow>("reenactLive.client.figures");
  await page.evaluate("traces.clear()");
  const before = await processorTime(process.pid);
  const first = await look(), samples: FiguresNow[] = [], started = performance.now();
  while (performance.now() - started < 1000 * seconds) {
    await page.waitForTimeout(1000);
    samples.push(await look());
  }
  const lasted = (performance.now() - started) / 1000, last = samples.at(-1)!, finder = await page.locator("#f-align").textContent();
  const after = await processorTime(process.pid), answered = last.shown - first.shown;
  const costs = [...after].map(([name, time]) => [name, ms((time - (before.get(name) ?? 0)) / answered)] as const).filter(([, time]) => time >= 0.5).sort(([, a], [, b]) => b - a);
  const traces = (await page.evaluate<Trace[]>("[...traces.values()]")).filter(({ shown }) => shown !== undefined);
  const of = (pick: (samples: FiguresNow) => number, p: number) => ms(percentile(known(samples.map(pick)), p));
  const span = (from: keyof Trace, to: keyof Trace) => mean(known(traces.map((trace) => (trace[to] as number) - (trace[from] as number))));
  const server = Object.fromEntries(STAGES.map((stage) => [stage, mean(known(traces.map((trace) => trace.server?.[stage])))]));
  const delays = traces.map(({ captured, shown }) => shown! - captured);
  return {
    figures: {
      p50: of(({ p50 }) => p50, 0.5), p95: of(({ p95 }) => p95, 0.5), fps: of(({ fpsOut }) => fpsOut, 0.5), fpsIn: of(({ fpsIn }) => fpsIn, 0.5),
      worstP95: of(({ p95 }) => p95, 1), leastFps: of(({ fpsOut }) => fpsOut, 0),
    },
    whole: {
      fpsIn: ms((last.offered - first.offered) / lasted), fpsShown: ms((last.shown - first.shown) / lasted), p50: ms(percentile(delays, 0.5)), p95: ms(percentile(delays, 0.95)),
    },
    finder,
    processor: { all: ms(costs.reduce((sum, [, time]) => sum + time, 0)), ...Object.fromEntries(costs) },
    stages: {
      camera: span("captured", "called"), copy: span("called", "posted"), face: mean(known(traces.map(({ worked }) => worked))), grabbed: span("posted", "encoded"), send: span("encoded", "sent"),
      roundTrip: span("sent", "received"), ...server, wire: mean(known(traces.map(({ sent, received, server: stages }) => received! - sent - Object.values(stages ?? {}).reduce((sum, value) => sum + value, 0)))),
      show: span("received", "shown"),
    },
    drops: Object.fromEntries(Object.entries(last.drops).map(([cause, count]) => [cause, count - (first.drops[cause as keyof typeof first.drops] ?? 0)])),
  };
}

const folder = await mkdtemp(join(tmpdir(), "reenact-measure-"));
try {
  const camera = join(folder, "camera.y4m"), load = loadavg()[0];
  await ffmpegRun("-v", "error", "-i", values.video, "-an", "-t", "10", "-vf", "fps=30,scale=640:480:force_original_aspect_ratio=increase,crop=640:480", "-pix_fmt", "yuv420p", camera);
  const server = await startServer(values.photo);
  try {
    const context = await openBrowser(join(folder, "profile"), camera);
    try {
      const told = await measure(await context.newPage(), server.url);
      console.log(JSON.stringify({ seconds, load: { before: load, after: loadavg()[0] }, ...told }));
    } finally {
      await context.close();
    }
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
