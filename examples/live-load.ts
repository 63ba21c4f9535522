/**
 * Measures a live server: several sessions send a video's frames in real time, as cameras would, and each tells what came back and how
 * late. Without --url a server is started in this process; with --url the server's memory is read from its /metrics.
 *
 *     node --import tsx examples/live-load.ts --sessions 1 --fps 30 --seconds 60 --json
 *     node --import tsx examples/live-load.ts --sessions 5 --seconds 600 --url ws://127.0.0.1:7860/live
 *
 * "Round trip" is from a frame sent to its picture received. It is told for the whole run and for periods of it (--every seconds): from
 * period to period neither it nor the memory must grow, and every session's rate should be near its share, the mean of all.
 */
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { Content, LiveClient, percentile, ReenactError } from "../src/client/index.js";
import { EXIT_CODES, openDecoder, openInput, probeVideo } from "../src/index.js";

const { values } = parseArgs({
  options: {
    url: { type: "string" }, token: { type: "string" }, video: { type: "string" }, photo: { type: "string" },
    sessions: { type: "string", default: "1" }, fps: { type: "string", default: "30" }, seconds: { type: "string", default: "20" },
    width: { type: "string", default: "640" }, height: { type: "string", default: "480" }, every: { type: "string" }, json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(`Usage: node --import tsx examples/live-load.ts [options]

Sends a video's frames to a live server as cameras would, and tells what comes back and how late.

  --url <ws://…/live>   a server that runs already; default: one is started in this process
  --token <secret>      where that server wants one
  --video <file>        what the cameras see; default: the example's driver
  --photo <file>        of a server that is started here; default: the example's photo
  --sessions <n>        cameras (1)
  --fps <n>             frames a second of each (30)
  --seconds <n>         how long (20)
  --width, --height <n> pixels of a camera's picture (640, 480)
  --every <s>           length of a period that is told of (60, or a fifth of a short run)
  --json                the report as JSON`);
  process.exit(0);
}
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const [sessions, fps, seconds, width, height] = [values.sessions, values.fps, values.seconds, values.width, values.height].map(Number);
/** Seconds of a period: a minute, or a fifth of a short run. */
const every = Number(values.every ?? Math.min(60, seconds / 5));

/** The video's frames as a camera of that size would give them. */
async function cameraFrames(path: string): Promise<Buffer[]> {
  const input = await openInput(path);
  try {
    await using decoder = await openDecoder(await probeVideo(input), { maxSide: 1280 });
    const frames: Buffer[] = [];
    for await (const frame of decoder) {
      const picture = sharp(frame.data, { raw: { width: frame.width, height: frame.height, channels: 3 } });
      frames.push(await picture.resize(width, height, { fit: "cover" }).jpeg({ quality: 85 }).toBuffer());
      if (frames.length === 300) break;
    }
    return frames;
  } finally {
    await input.close();
  }
}

/** One session's run. */
async function drive(url: string, frames: readonly Buffer[], index: number) {
  const sentAt = new Map<number, number>();
  const trips: { at: number; ms: number }[] = [];
  const started = performance.now();
  const client = new LiveClient(url, {
    token: values.token, attempts: 3,
    onResult: ({ sequence }) => {
      const now = performance.now();
      trips.push({ at: (now - started) / 1000, ms: now - sentAt.get(sequence)! });
      sentAt.delete(sequence);
    },
    onDrop: (sequence) => sentAt.delete(sequence),
  });
  await client.connect();
  const begin = performance.now();
  for (let n = 0; performance.now() - begin < 1000 * seconds; n++) {
    if (client.mayOffer()) {
      const sequence = client.send({ content: Content.jpegPicture, data: frames[(n + 17 * index) % frames.length] });
      if (sequence !== undefined) sentAt.set(sequence, performance.now());
    }
    // The next tick of the camera's clock: what was missed is missed, as with a camera.
    n = Math.max(n, Math.floor(((performance.now() - begin) * fps) / 1000) - 1);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begin + ((n + 1) * 1000) / fps - performance.now())));
  }
  const { figures } = client;
  await client.close();
  return { trips, figures, seconds: (performance.now() - begin) / 1000 };
}

try {
  const frames = await cameraFrames(values.video ?? here("media/driver.mp4"));
  // Only where it is needed: against another server nothing of the models is loaded.
  const own = values.url === undefined
    ? await (await import("../src/server/live-server.js")).startLiveServer({ photo: values.photo ?? here("media/photo.jpg"), port: 0, limits: { maxSessions: Math.max(8, sessions) } })
    : undefined;
  const url = values.url ?? `ws://127.0.0.1:${own!.port}/live`;
  const memory: { at: number; megabytes: number }[] = [], begin = performance.now();
  const meter = setInterval(() => void serverMegabytes(url, own !== undefined).then(
    (megabytes) => memory.push({ at: (performance.now() - begin) / 1000, megabytes }),
    () => undefined, // the server does not tell
  ), Math.min(5000, 200 * every));
  const cpu = process.cpuUsage();
  const runs = await Promise.all(Array.from({ length: sessions }, (_, i) => drive(url, frames, i)));
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(meter);
  await own?.close();
  const trips = runs.flatMap((run) => run.trips);
  const rates = runs.map((run) => run.trips.length / run.seconds), mean = rates.reduce((sum, rate) => sum + rate, 0) / sessions;
  const report = {
    sessions, camera: { width, height, fps }, seconds,
    roundTrip: summary(trips),
    fps: { total: round(sessions * mean), each: rates.map((rate) => round(rate)) },
    // 1 is what each session gets when all get the same.
    share: { least: round(Math.min(...rates) / mean, 2), most: round(Math.max(...rates) / mean, 2) },
    periods: Array.from({ length: Math.ceil(seconds / every) }, (_, k) => {
      const within = ({ at }: { at: number }) => Math.floor(at / every) === k;
      const each = runs.map((run) => round(run.trips.filter(within).length / Math.min(every, seconds - k * every)));
      return { until: Math.min(seconds, (k + 1) * every), ...summary(trips.filter(within)), fps: each, serverMB: memory.findLast(within)?.megabytes ?? null };
    }),
    drops: runs.map(({ figures }) => figures.drops),
    stages: Object.fromEntries(Object.entries(runs[0].figures.stages).map(([stage, ms]) => [stage, round(ms)])),
    batch: round(runs.reduce((sum, { figures }) => sum + figures.batch, 0) / sessions),
    // Of this process, cameras and, without --url, server: it tells more than times do while others use the machine.
    cpuMsPerPicture: round((user + system) / 1000 / Math.max(1, trips.length)),
  };
  if (values.json) console.log(JSON.stringify(report));
  else {
    const { roundTrip, share, periods } = report;
    console.log(`${sessions} × ${width}×${height} at ${fps}/s for ${seconds} s: round trip p50 ${roundTrip.p50} ms, p95 ${roundTrip.p95} ms`);
    console.log(`pictures a second: ${report.fps.total} (${report.fps.each.join(", ")}; shares ${share.least} to ${share.most}), ${report.batch} frames in a run of the network`);
    console.log(`every ${every} s: ${periods.map(({ p50, p95 }) => `${p50}/${p95}`).join(", ")} ms; memory ${periods.map(({ serverMB }) => serverMB ?? "?").join(", ")} MB`);
    console.log(`drops: ${report.drops.map((drops) => Object.entries(drops).map(([cause, count]) => `${count} ${cause}`).join(", ") || "none").join("; ")}`);
  }
} catch (error) {
  console.error(`live-load: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof ReenactError ? error.exitCode : EXIT_CODES.INTERNAL;
}

/** Milliseconds. */
function summary(trips: readonly { ms: number }[]): { p50: number; p95: number } {
  const times = trips.map(({ ms }) => ms);
  return { p50: Math.round(percentile(times, 0.5)), p95: Math.round(percentile(times, 0.95)) };
}

/** What the server occupies: of this process when it runs in it, else as it says itself. */
async function serverMegabytes(url: string, own: boolean): Promise<number> {
  if (own) return Math.round(process.memoryUsage.rss() / 1e6);
  const response = await fetch(new URL("/metrics", url.replace(/^ws/, "http")), { headers: values.token ? { authorization: `Bearer ${values.token}` } : {} });
  const [, bytes] = /^process_resident_memory_bytes (\S+)/m.exec(await response.text()) ?? [];
  return Math.round(Number(bytes) / 1e6);
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
