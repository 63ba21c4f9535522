import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { JobResult } from "../../src/jobs/run-folder.js";
import { temporaryFolder } from "../streams/media.js";
import { filesBelow, framesOf, makeWorld, processesWith, QUICK, startCli, until, type Running } from "./batch-world.js";
import { needsRedis, startRedis, type RedisServer } from "./redis-server.js";

/** What a program serves for Prometheus. */
async function figuresOf({ lines }: Running): Promise<string> {
  const [url] = /http:\S+?\/metrics/.exec(lines.find((line) => line.includes("/metrics"))!)!;
  return (await fetch(url)).text();
}

interface Report { jobs: { name: string; segments: JobResult["segments"] }[] }
const reportOf = (folder: string) => JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Report;

const folder = await temporaryFolder();
const redis = needsRedis.skip === false ? await startRedis(folder, after) : { url: "", stop: async () => {}, start: async () => {} } satisfies RedisServer;

describe("workers on a queue", needsRedis, () => {
  const workers: Running[] = [];
  const storage = () => join(folder, "storage");
  const batch = (name: string, drivers: string, ...more: string[]) => [
    "batch", "--drivers", join(folder, drivers), "--photos", join(folder, "faces/p1.jpg"), "-o", join(folder, name, "{driver}.mp4"),
    "--dir", join(folder, `${name}.run`), "--segment", "0.4", "--progress", "json", "--no-scores", ...QUICK, ...more,
  ];
  const queued = () => ["--queue", redis.url, "--storage", storage()];
  const startWorker = (...more: string[]): Running => {
    const worker = startCli(["worker", ...queued(), "--takeover", "6", "--deaths", "20", ...more]);
    workers.push(worker);
    return worker;
  };
  const ready = (worker: Running) => until("a worker is ready", () => worker.lines.some((line) => line.includes('"ready"')), 300);

  before(async () => {
    await makeWorld(folder, { clips: 3, photos: 1, seconds: 1.6 });
    const calm = startCli(batch("calm", "clips/*.mp4"));
    assert.equal(await calm.ended, 0, calm.lines.join("\n"));
  });
  after(async () => {
    for (const { child } of workers) child.kill("SIGKILL");
    await Promise.all(workers.map(({ ended }) => ended));
  });
  const same = async (name: string) => {
    for (const clip of readdirSync(join(folder, name))) assert.equal(await framesOf(join(folder, name, clip)), await framesOf(join(folder, "calm", clip)), clip);
  };

  test("two workers share the segments; workers and coordinator are killed with -9, Redis goes away and forgets: the frames are those of one undisturbed process", async () => {
    const [first] = [startWorker(), startWorker()];
    await Promise.all(workers.map(ready));
    const segment = (run: Running) => run.lines.filter((line) => line.includes("segment ")).length;
    let coordinator = startCli(batch("torn", "clips/*.mp4", ...queued()));
    await until("a first segment is done", () => workers.some((worker) => segment(worker) > 0), 300);
    first.child.kill("SIGKILL");
    startWorker();
    await until("another segment is done", () => workers.slice(1).some((worker) => segment(worker) > 0), 300);
    coordinator.child.kill("SIGKILL");
    await coordinator.ended;
    coordinator = startCli(batch("torn", "clips/*.mp4", ...queued(), "--metrics-port", "0"));
    await until("the coordinator is back at work", () => coordinator.lines.some((line) => line.includes('"running"')), 300);
    const served = await figuresOf(coordinator);
    assert.match(served, /^reenact_queue_units\{state="active"\} \d+$/m);
    assert.match(served, /^reenact_batch_jobs\{state="running"\} [1-3]$/m);
    assert.match(served, /^reenact_batch_frames_total \d+$/m);
    await redis.stop();
    await until("the outage is told", () => coordinator.lines.some((line) => line.includes("Redis is away")), 120);
    await delay(2000);
    await redis.start();
    assert.equal(await coordinator.ended, 0, coordinator.lines.join("\n"));
    assert.ok(coordinator.lines.some((line) => line.includes("Redis is back")));
    const stages = coordinator.lines.flatMap((line) => (line.includes('"stages"') ? [JSON.parse(line) as { stages: Record<string, number> }] : []));
    assert.ok(stages.some(({ stages: { landmarks, generate } }) => landmarks > 0 && generate > 0), "how long the workers' stages take");
    await same("torn");
    assert.deepEqual(readdirSync(join(folder, "torn")).sort(), ["c1.mp4", "c2.mp4", "c3.mp4"]);
    assert.deepEqual(filesBelow(storage()), ["storage-id"], "nothing is left in the storage");
    for (const { segments } of reportOf(join(folder, "torn.run")).jobs) assert.deepEqual(segments.map(({ index }) => index), [0, 1, 2, 3], "every segment once");
  });

  test("SIGTERM lets a worker finish what it has in hand; killed workers' files go with the next one; figures are served", async () => {
    const worker = startWorker("--metrics-port", "0", "--rate", "6000");
    await ready(worker);
    const figures = await figuresOf(worker);
    assert.match(figures, /^reenact_queue_units\{state="waiting"\} \d+$/m);
    assert.match(figures, /^reenact_units_active \d+$/m);
    const ended = workers.splice(0);
    for (const running of ended) {
      running.child.kill("SIGTERM");
      const code = await running.ended;
      assert.ok(code === 0 || running.child.signalCode === "SIGKILL", running.lines.join("\n"));
    }
    const numbers = ended.map(({ child }) => `-${child.pid}-`);
    assert.deepEqual(readdirSync(tmpdir()).filter((name) => name.startsWith("reenact-worker-") && numbers.some((number) => name.includes(number))), []);
    await until("no process is left", () => processesWith(folder).filter((line) => !line.includes("redis-server")).length === 0, 60);
  });

  test("what no worker can do fails its job with its own error, and the rest is done", async () => {
    await writeFile(join(folder, "clips/words.mp4"), "These are words, and no video.");
    const worker = startWorker();
    const run = startCli(batch("poison", "clips/{c1,words}.mp4", ...queued(), "--retry", "1"));
    assert.equal(await run.ended, 61, run.lines.join("\n"));
    assert.match(run.stdout(), /✗ .*words\.mp4: .*no video that ffmpeg can read/);
    await same("poison");
    worker.child.kill("SIGTERM");
    assert.equal(await worker.ended, 0);
  });

  test("a queue that is not there is told at once", async () => {
    const run = startCli(batch("nowhere", "clips/c1.mp4", "--queue", "redis://127.0.0.1:1", "--storage", storage()));
    assert.equal(await run.ended, 64, run.lines.join("\n"));
  });
});
