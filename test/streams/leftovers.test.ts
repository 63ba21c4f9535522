import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openEncoder } from "../../src/streams/encode.js";
import { temporaryFolder as ownTemporaryFolder, removeLeftovers } from "../../src/streams/leftovers.js";
import { PartFile } from "../../src/streams/part-file.js";
import { temporaryFolder } from "./media.js";

const source = (name: string) => fileURLToPath(new URL(`../../src/streams/${name}.ts`, import.meta.url));
const folder = await temporaryFolder();

test("what a killed run left goes with the next one; what somebody works on stays", async () => {
  const program = `
    const { PartFile } = await import(${JSON.stringify(source("part-file"))}), { temporaryFolder } = await import(${JSON.stringify(source("leftovers"))});
    const { writeFileSync } = await import("node:fs"), part = PartFile.beside(${JSON.stringify(join(folder, "out.mp4"))});
    writeFileSync(part.path, "half a video");
    console.log(part.path + "\\n" + await temporaryFolder("input"));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [part, temporary] = String((await once(child.stdout, "data"))[0]).trim().split("\n");
  const mine = PartFile.beside(join(folder, "mine.mp4")), other = join(folder, ".reenact-00000000.1.1-abcdefabcdef.part.mp4"), older = join(folder, ".reenact-00000000.2.1-abcdefabcdef.part.mp4");
  for (const path of [mine.path, other, older, join(folder, ".reenact-of-a-user.part.mp4")]) await writeFile(path, "");
  const long = new Date(Date.now() - 48 * 3600 * 1000);
  await utimes(older, long, long);

  await removeLeftovers(folder);
  assert.deepEqual([part, mine.path, other, older].map((path) => existsSync(path)), [true, true, true, false], "the others may still be at work");
  assert.ok(existsSync(temporary));
  child.kill("SIGKILL");
  await once(child, "close");
  const sink = await openEncoder({ output: join(folder, "next.mp4"), width: 16, height: 16 });
  await sink.abort();
  await mine.discard();
  assert.deepEqual((await readdir(folder)).sort(), [".reenact-00000000.1.1-abcdefabcdef.part.mp4", ".reenact-of-a-user.part.mp4"]);
  await rm(await ownTemporaryFolder("input"), { recursive: true });
  assert.equal(existsSync(temporary), false);
});
