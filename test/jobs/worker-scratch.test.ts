import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { sweepScratch, workerScratch } from "../../src/jobs/queue/worker-scratch.js";
import { temporaryFolder } from "../streams/media.js";

test("a killed worker's folder goes, a living one's and everybody else's stay", async () => {
  const folder = await temporaryFolder(), module = new URL("../../src/jobs/queue/worker-scratch.ts", import.meta.url).href;
  const script = `import { workerScratch } from ${JSON.stringify(module)}; console.log(await workerScratch(${JSON.stringify(folder)})); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [theirs] = (await once(other.stdout, "data")).map((text: Buffer) => basename(text.toString().trim())) as [string];
  const own = basename(await workerScratch(folder)), foreign = ["reenact-worker-elsewhere-1-2", "reenact-worker-", "notes-4194304-1"];
  for (const name of foreign) await mkdir(join(folder, name));
  await sweepScratch(folder);
  assert.deepEqual((await readdir(folder)).sort(), [...foreign, own, theirs].sort());
  other.kill("SIGKILL");
  await once(other, "exit");
  await sweepScratch(folder);
  assert.deepEqual((await readdir(folder)).sort(), [...foreign, own].sort());
  await sweepScratch(join(folder, "nowhere"));
});
