import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { Readable } from "node:stream";
import { openEncoder } from "../../src/streams/encode.js";
import { openInput } from "../../src/streams/media-input.js";
import { writeImage } from "../../src/streams/write-image.js";
import { assertFails, childProcesses, everyToolSet, temporaryFolder } from "./media.js";

const run = promisify(execFile);
let [disk, mounted] = ["", false];
// Before the folder around it is removed.
after(() => (mounted ? run("umount", [disk]) : undefined));
disk = join(await temporaryFolder(), "disk");
await mkdir(disk);
mounted = await run("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", disk]).then(() => true, () => false);
const needsDisk = { skip: !mounted && "needs the right to mount a small disk" };

/** Pictures that no encoder makes small. */
function noise(width: number, height: number, index: number): Uint8Array {
  let state = (index + 1) * 0x9e3779b1;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5;
    return state >>> 24;
  });
}

for (const { name, tools } of await everyToolSet()) {
  for (const output of ["full.mp4", "full.mkv", "full-%03d.png"]) {
    test(`a full disk, ${output}, ${name}`, needsDisk, async () => {
      const writing = (async () => {
        await using sink = await openEncoder({ output: join(disk, output), width: 160, height: 120, crf: 1, tools });
        for (let index = 0; index < 60; index++) {
          await sink.write({ data: noise(160, 120, index), width: 160, height: 120, index, timestamp: index / 25 });
        }
        await sink.finish();
      })();
      await assertFails(writing, "DISK_FULL", /free some space/);
      assert.deepEqual(await readdir(disk), [], "nothing half-written");
      assert.deepEqual((await childProcesses()) ?? [], []);
    });
  }
}

test("a full disk while a picture is written", needsDisk, async () => {
  await assertFails(writeImage(join(disk, "a.png"), { data: noise(500, 500, 0), width: 500, height: 500 }), "DISK_FULL");
  assert.deepEqual(await readdir(disk), []);
});

test("a full disk under the copy of the standard input", needsDisk, async () => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = disk;
  try {
    await assertFails(openInput("-", { stdin: Readable.from([Buffer.alloc(300_000), Buffer.alloc(300_000)]) }), "DISK_FULL");
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  assert.deepEqual(await readdir(disk), []);
});
