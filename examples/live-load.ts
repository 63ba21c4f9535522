/**
 * Measures a live server: several sessions send a video's frames in real time, as cameras would, and each tells what came back and how
 * late. Without --url a server is started in this process.
 *
 *     node --import tsx examples/live-load.ts --sessions 1 --fps 30 --seconds 60 --json
 *     node --import tsx examples/live-load.ts --sessions 5 --seconds 600 --url ws://127.0.0.1:7860/live
 *
 * "Round trip" is from a frame sent to its picture received. Latency over time is told by fifths of the run: it must not grow.
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
    width: { type: "string", default: "640" }, height: { type: "string", default: "480" }, json: { type: "boolean", default: false },
  },
});
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const [sessions, fps, seconds, width, height] = [values.sessions, values.fps, values.seconds, values.width, values.height].map(Number);

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
  const memory: number[] = [];
  const meter = setInterval(() => memory.push(Math.round(process.memoryUsage.rss() / 1e6)), 1000);
  const runs = await Promise.all(Array.from({ length: sessions }, (_, i) => drive(url, frames, i)));
  clearInterval(meter);
  await own?.close();
  const summary = (trips: readonly { ms: number }[]) => {
    const times = trips.map(({ ms }) => ms);
    return { p50: Math.round(percentile(times, 0.5)), p95: Math.round(percentile(times, 0.95)) };
  };
  const report = {
    sessions, camera: { width, height, fps }, seconds,
    roundTrip: summary(runs.flatMap(({ trips }) => trips)),
    fps: { total: round(runs.reduce((sum, run) => sum + run.trips.length / run.seconds, 0)), each: runs.map((run) => round(run.trips.length / run.seconds)) },
    fifths: Array.from({ length: 5 }, (_, k) => summary(runs.flatMap(({ trips }) => trips.filter(({ at }) => Math.min(4, Math.floor((5 * at) / seconds)) === k)))),
    drops: runs.map(({ figures }) => figures.drops),
    stages: runs[0].figures.stages,
    batch: round(runs.reduce((sum, { figures }) => sum + figures.batch, 0) / sessions),
    // Of this process, the server included unless --url names another.
    memoryMB: Array.from({ length: 5 }, (_, k) => memory[Math.min(memory.length - 1, Math.floor((memory.length * (2 * k + 1)) / 10))]),
  };
  if (values.json) console.log(JSON.stringify(report));
  else {
    console.log(`${sessions} × ${width}×${height} at ${fps}/s for ${seconds} s: round trip p50 ${report.roundTrip.p50} ms, p95 ${report.roundTrip.p95} ms`);
    console.log(`pictures a second: ${report.fps.total} (${report.fps.each.join(", ")}), ${report.batch} frames in a run of the network`);
    console.log(`by fifths of the time: ${report.fifths.map(({ p50, p95 }) => `${p50}/${p95}`).join(", ")} ms; memory ${report.memoryMB.join(", ")} MB`);
  }
} catch (error) {
  console.error(`live-load: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof ReenactError ? error.exitCode : EXIT_CODES.INTERNAL;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
