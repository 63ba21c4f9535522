import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { RunStatus } from "../../src/jobs/run-status.js";
import { temporaryFolder } from "../streams/media.js";
import { filesBelow, framesOf, makeWorld, processesWith, QUICK, startCli, until } from "./batch-world.js";

const OUTPUTS = ["c1-p1.mp4", "c2-p1.mp4"];

test("a batch that is killed with -9 again and again ends with the frames of one that nobody disturbed", async () => {
  const folder = await temporaryFolder();
  await makeWorld(folder, { clips: 2, photos: 1, seconds: 1.6 });
  const args = (out: string) => [
    "batch", "--drivers", join(folder, "clips/*.mp4"), "--photos", join(folder, "faces/*.jpg"), "-o", join(folder, out, "{driver}-{photo}.mp4"),
    "--dir", join(folder, `${out}.run`), "--segment", "0.4", "--jobs", "2", "--progress", "json", ...QUICK,
  ];
  const calm = startCli(args("calm"));
  assert.equal(await calm.ended, 0, calm.lines.join("\n"));

  let kills = 0, code: number | null = null;
  for (let round = 0; code === null; round++) {
    assert.ok(round < 40, "it gets somewhere");
    // A different moment every time: some rounds end before the first frame, some between two files, some while segments are joined.
    const moment = [3, 6, 1, 9, 4, 12][round % 6];
    let seen = 0;
    const run = startCli(args("torn"), () => { if (++seen === moment && kills < 6) { kills++; run.child.kill("SIGKILL"); } });
    code = await run.ended;
    if (code !== null) assert.equal(code, 0, run.lines.join("\n"));
  }
  assert.ok(kills >= 2, `killed ${kills} times`);
  for (const name of OUTPUTS) assert.equal(await framesOf(join(folder, "torn", name)), await framesOf(join(folder, "calm", name)), name);
  assert.deepEqual(filesBelow(join(folder, "torn")), OUTPUTS, "nothing beside the outputs");
  assert.deepEqual(filesBelow(join(folder, "torn.run")).filter((name) => !/^(jobs\/[\w.]+|run|report)\.(json|html)$/.test(name)), [], "no temporary files");
  await until("no process is left", () => processesWith(folder).length === 0, 60);
});

test("a run's folder belongs to one process at a time, and a dead one's lock is no lock", async () => {
  const folder = await temporaryFolder();
  await makeWorld(folder, { clips: 1, photos: 1, seconds: 1 });
  const args = ["batch", "--drivers", join(folder, "clips/c1.mp4"), "--photos", join(folder, "faces/p1.jpg"), "-o", join(folder, "{driver}.mp4"), "--dir", join(folder, "run"), "--progress", "json", ...QUICK];
  let begun = () => {};
  const first = new Promise<void>((resolve) => { begun = resolve; });
  const holder = startCli(args, () => begun());
  await first;
  holder.child.kill("SIGSTOP");
  const second = startCli(args);
  assert.equal(await second.ended, 63, second.lines.join("\n"));
  assert.match(second.lines.at(-1)!, new RegExp(`process ${holder.child.pid}`));
  holder.child.kill("SIGKILL");
  await holder.ended;
  const lock = await readFile(join(folder, "run/lock"), "utf8");
  const status = startCli(["status", join(folder, "run"), "--json"]);
  assert.equal(await status.ended, 0);
  assert.equal((JSON.parse(status.stdout()) as RunStatus).running, false, "the lock of a process that is gone is no lock");
  // The same number, another process: it started at another time.
  await writeFile(join(folder, "run/lock"), JSON.stringify({ ...(JSON.parse(lock) as object), pid: process.pid }));
  const third = startCli(args);
  assert.equal(await third.ended, 0, third.lines.join("\n"));
  await rm(join(folder, "c1.mp4"));
});
