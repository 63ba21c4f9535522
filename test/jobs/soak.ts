/*
 * A long test, by hand: 100 jobs on two workers, while a random one of workers and coordinator is killed with -9 every few seconds and Redis
 * goes away once for 20 s. Prints what came of it as JSON.
 *
 *     node --import tsx test/jobs/soak.ts --clips 10 --photos 10 --every 8
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { JobResult } from "../../src/jobs/run-folder.js";
import { filesBelow, framesOf, makeWorld, processesWith, QUICK, startCli, until, type Running } from "./batch-world.js";
import { startRedis } from "./redis-server.js";

const { values } = parseArgs({ options: {
  clips: { type: "string", default: "10" }, photos: { type: "string", default: "10" }, every: { type: "string", default: "8" }, seconds: { type: "string", default: "1.2" },
} });
const folder = mkdtempSync(join(tmpdir(), "reenact-soak-")), storage = join(folder, "storage");
const redis = await startRedis(folder, undefined);
const queue = ["--queue", redis.url, "--storage", storage];
const batch = (name: string, ...more: string[]) => startCli([
  "batch", "--drivers", join(folder, "clips/*.mp4"), "--photos", join(folder, "faces/*.jpg"), "-o", join(folder, name, "{driver}-{photo}.mp4"),
  "--dir", join(folder, `${name}.run`), "--segment", "0.4", "--progress", "json", "--no-scores", ...QUICK, ...more,
]);
const worker = () => startCli(["worker", ...queue, "--takeover", "6", "--deaths", "100"]);
const seconds = async (work: () => Promise<void>) => {
  const from = performance.now();
  await work();
  return Math.round((performance.now() - from) / 100) / 10;
};

try {
  await makeWorld(folder, { clips: Number(values.clips), photos: Number(values.photos), seconds: Number(values.seconds) });
  const calm = await seconds(async () => {
    const run = batch("calm");
    if ((await run.ended) !== 0) throw new Error(run.lines.join("\n"));
  });
  const kills = { worker: 0, coordinator: 0 }, workers: Running[] = [worker(), worker()];
  let coordinator = batch("torn", ...queue), outage = false;
  const torn = await seconds(async () => {
    for (;;) {
      const code = await Promise.race([coordinator.ended, delay(1000 * Number(values.every) * (0.5 + Math.random()), "kill" as const)]);
      if (code === 0) return;
      if (code !== "kill" && code !== null) throw new Error(coordinator.lines.join("\n"));
      if (!outage && kills.worker + kills.coordinator >= 5) {
        outage = true;
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
  });
  for (const { child } of workers) child.kill("SIGTERM");
  await Promise.all(workers.map(({ ended }) => ended));
  const [made, wanted] = [readdirSync(join(folder, "torn")).sort(), readdirSync(join(folder, "calm")).sort()];
  let different = 0;
  for (const name of wanted) if (!made.includes(name) || (await framesOf(join(folder, "torn", name))) !== (await framesOf(join(folder, "calm", name)))) different++;
  const report = JSON.parse(readFileSync(join(folder, "torn.run/report.json"), "utf8")) as { jobs: { segments: JobResult["segments"] }[] };
  const segments = report.jobs.flatMap((job) => job.segments);
  await until("no process is left", () => processesWith(folder).filter((line) => !line.includes("redis-server")).length === 0, 60);
  console.log(JSON.stringify({
    jobs: wanted.length, outputs: made.length, different, unexpected: made.filter((name) => !wanted.includes(name)), leftInStorage: filesBelow(storage).filter((name) => name !== "storage-id"),
    leftInRun: filesBelow(join(folder, "torn.run")).filter((name) => /part|scratch|work/.test(name)), kills, outage,
    segments: segments.length, workers: new Set(segments.map((segment) => segment.worker)).size, seconds: { calm, torn },
  }, null, 1));
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}
