/*
 * A long test, by hand: 100 jobs on two workers, while a random one of workers and coordinator is killed with -9 every few seconds and Redis
 * goes away once for 20 s, forgetting everything. Prints what came of it as JSON; fails when anything is missing, different, done twice or left.
 *
 *     npm run build && REENACT_BUILT=1 node --import tsx test/jobs/soak.ts --clips 10 --photos 10 --every 8
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { BatchReport } from "../../src/jobs/report/batch-report.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { audioPackets, videoFacts } from "../streams/media.js";
import { filesBelow, framesOf, makeWorld, processesWith, QUICK, startCli, until, type Running } from "./batch-world.js";
import { startRedis } from "./redis-server.js";

const { values } = parseArgs({ options: {
  clips: { type: "string", default: "10" }, photos: { type: "string", default: "10" }, every: { type: "string", default: "8" }, seconds: { type: "string", default: "1.2" },
} });
const folder = mkdtempSync(join(tmpdir(), "reenact-soak-")), storage = join(folder, "storage"), tmp = join(folder, "tmp");
const tools = await mediaTools(), redis = await startRedis(folder, undefined), queue = ["--queue", redis.url, "--storage", storage];
/** How often each job was done, as the coordinators told. */
const done = new Map<string, number>();
const all: Running[] = [];
const start = (...args: string[]) => {
  const running = startCli(args, (line) => {
    if (!line.startsWith("{")) return;
    const { job, state } = JSON.parse(line) as { job?: string; state?: string };
    if (job !== undefined && state === "done") done.set(job, (done.get(job) ?? 0) + 1);
  }, { TMPDIR: tmp });
  all.push(running);
  return running;
};
const batch = (name: string, ...more: string[]) => start(
  "batch", "--drivers", join(folder, "clips/*.mp4"), "--photos", join(folder, "faces/*.jpg"), "-o", join(folder, name, "{driver}-{photo}.mp4"),
  "--dir", join(folder, `${name}.run`), "--segment", "0.4", "--progress", "json", "--no-scores", ...QUICK, ...more,
);
const worker = () => start("worker", ...queue, "--takeover", "6", "--deaths", "100");
const seconds = async (work: () => Promise<void>) => {
  const from = performance.now();
  await work();
  return Math.round((performance.now() - from) / 100) / 10;
};
const kills = { worker: 0, coordinator: 0 };
let outages = 0;

/** Exit code of who began while Redis was away: whatever watches over them begins them again. */
const NO_QUEUE = 64;

/** Kills one after another until the batch is done. */
async function torment(workers: Running[]): Promise<void> {
  let coordinator = batch("torn", ...queue);
  for (;;) {
    const code = await Promise.race([coordinator.ended, delay(1000 * Number(values.every) * (0.5 + Math.random()), "kill" as const)]);
    if (code === 0) return;
    if (code === NO_QUEUE) coordinator = batch("torn", ...queue);
    else if (code !== "kill") throw new Error(coordinator.lines.join("\n"));
    workers.forEach(({ child }, i) => { if (child.exitCode === NO_QUEUE) workers[i] = worker(); });
    if (outages === 0 && kills.worker + kills.coordinator >= 5) {
      outages++;
      await redis.stop();
      await delay(20_000);
      await redis.start();
      continue;
    }
    const pick = Math.floor(3 * Math.random());
    if (pick === 2) {
      kills.coordinator++;
      coordinator.child.kill("SIGKILL");
      await coordinator.ended;
      coordinator = batch("torn", ...queue);
    } else {
      kills.worker++;
      workers[pick].child.kill("SIGKILL");
      await workers[pick].ended;
      workers[pick] = worker();
    }
  }
}

/** Whether an output has its driver's frames at its driver's times, the undisturbed run's pixels and its driver's sound. */
async function faults(name: string): Promise<string[]> {
  const [torn, calm, driver] = [join(folder, "torn", name), join(folder, "calm", name), join(folder, "clips", `${name.split("-")[0]}.mp4`)];
  const [made, wanted] = [await videoFacts(tools, torn), await videoFacts(tools, driver)];
  const found = [];
  if (made.times.length !== wanted.times.length || made.times.some((time, i) => Math.abs(time - wanted.times[i]) > 1e-6)) found.push(`${name}: frames or times`);
  if (JSON.stringify((await audioPackets(tools, torn)).hashes) !== JSON.stringify((await audioPackets(tools, driver)).hashes)) found.push(`${name}: sound`);
  if ((await framesOf(torn)) !== (await framesOf(calm))) found.push(`${name}: pixels`);
  return found;
}

try {
  mkdirSync(tmp);
  await makeWorld(folder, { clips: Number(values.clips), photos: Number(values.photos), seconds: Number(values.seconds) });
  const calm = await seconds(async () => {
    const run = batch("calm");
    if ((await run.ended) !== 0) throw new Error(run.lines.join("\n"));
  });
  const workers = [worker(), worker()];
  const torn = await seconds(() => torment(workers));
  for (const { child } of workers) child.kill("SIGTERM");
  await Promise.all(workers.map(({ ended }) => ended));
  await until("no process is left", () => processesWith(folder).filter((line) => !line.includes("redis-server")).length === 0, 60);
  const [made, wanted] = [readdirSync(join(folder, "torn")).sort(), readdirSync(join(folder, "calm")).sort()];
  const report = JSON.parse(readFileSync(join(folder, "torn.run/report.json"), "utf8")) as BatchReport;
  const different: string[] = [];
  for (const name of wanted) if (made.includes(name)) different.push(...(await faults(name)));
  const wrong = {
    missing: wanted.filter((name) => !made.includes(name)),
    beside: made.filter((name) => !wanted.includes(name)),
    different,
    doneTwice: [...done].filter(([job, times]) => job.includes("/torn/") && times > 1).map(([job]) => job),
    segments: report.jobs.filter(({ segments }) => segments.some(({ index }, i) => index !== i)).map(({ name }) => name),
    left: [
      ...filesBelow(storage).filter((name) => name !== "storage-id"), ...filesBelow(tmp).filter((name) => !name.startsWith("tsx-")),
      ...filesBelow(join(folder, "torn.run")).filter((name) => !/^(jobs\/\w+|run|report)\.(json|html)$/.test(name)),
    ],
  };
  const segments = report.jobs.flatMap((job) => job.segments);
  console.log(JSON.stringify({
    jobs: wanted.length, outputs: made.length, wrong, kills, outages, segments: segments.length,
    workers: new Set(segments.map((segment) => segment.worker)).size, seconds: { calm, torn },
  }, null, 1));
  if (wanted.length === 0 || Object.values(wrong).some((list) => list.length > 0)) process.exitCode = 1;
} finally {
  for (const { child } of all) child.kill("SIGKILL");
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}
