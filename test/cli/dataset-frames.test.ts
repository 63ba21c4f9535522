import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "./run-cli.js";

test("reenact dataset frames says what it cannot do in one line, and leaves nothing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-frames-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "kept"), "What was here before.");
  const run = (...args: string[]) => runCli(["dataset", "frames", "--progress", "none", "--landmarks", "facemesh", ...args]);
  for (const [code, says, args] of [
    [2, /--out/, ["--videos", folder]],
    [21, /kept/, ["--videos", folder, "--out", join(folder, "kept")]],
    [40, /found none/, ["--videos", folder, "--out", join(folder, "photos")]],
  ] as const) {
    const result = await run(...args);
    assert.deepEqual({ code: result.code, stdout: result.stdout }, { code, stdout: "" }, result.stderr);
    assert.match(result.stderr, /^reenact: [^\n]+\n$/);
    assert.match(result.stderr, says);
    assert.deepEqual(await readdir(folder), ["kept"]);
  }
});
