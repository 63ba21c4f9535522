import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ChildError, runChild, startChild } from "../../src/streams/child.js";
import { assertFails, temporaryFolder } from "./media.js";
import { withinOnce } from "../helpers/within-once.js";

const { execPath } = process;
const script = (code: string) => ["-e", code];

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("output of a good child, facts of a failed one", async () => {
  assert.equal(await runChild(execPath, script("process.stdout.write('hello ' + process.env.GREETED)"), {}), "hello undefined");
  await assert.rejects(runChild(execPath, script("console.error('first'); console.error('the reason'); process.exit(7)")), (error: unknown) => {
    assert.ok(error instanceof ChildError);
    assert.deepEqual([error.exitCode, error.signal, error.stderr], [7, null, "first\nthe reason"]);
    return true;
  });
  await assert.rejects(runChild(execPath, script("process.stdout.write('x'.repeat(10000)); setInterval(() => {}, 1000)"), { maxBytes: 1000 }), ChildError);
  await assert.rejects(runChild("/nonexistent/ffmpeg", []), (error: unknown) => {
    assert.ok(error instanceof ChildError);
    assert.equal(error.exitCode, null);
    assert.equal((error.cause as NodeJS.ErrnoException).code, "ENOENT");
    return true;
  });
});

test("stderr's end is kept, however long it is", async () => {
  const child = startChild(execPath, script("for (let i = 0; i < 20000; i++) console.error('line ' + i)"));
  await child.done();
  assert.match(child.stderrTail(), /line 19999$/);
  assert.ok(child.stderrTail().length < 5000);
});

test("an abort ends the child and is what done() throws", async () => {
  const abort = new AbortController();
  const child = startChild(execPath, script("setInterval(() => {}, 1000)"), { signal: abort.signal });
  const done = child.done();
  await sleep(100);
  abort.abort(new Error("enough"));
  await assertFails(done, "ABORTED");
  assert.equal(child.ended, true);
  assert.throws(() => startChild(execPath, [], { signal: abort.signal }));
});

test("a child that ignores SIGTERM is killed after five seconds", async () => {
  await withinOnce(7500, "of which five are waited", async () => {
    const child = startChild(execPath, script("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')"), { stdout: "pipe" });
    assert.ok(child.stdout);
    await once(child.stdout, "data");
    const start = performance.now();
    await Promise.all([child.stop(), child.stop()]);
    const took = performance.now() - start;
    assert.ok(took > 4500, `${took} ms`);
    return took;
  });
});

for (const how of ["exit", "SIGTERM", "SIGINT", "uncaught error"] as const) {
  test(`children and files in the making go when the parent ends by ${how}`, { skip: process.platform === "win32" && "needs signals" }, async () => {
    const folder = await temporaryFolder();
    const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/streams", file)).href);
    const end = { exit: "process.exit(3)", SIGTERM: "", SIGINT: "", "uncaught error": "throw new Error('oops')" }[how];
    const parent = join(folder, "parent.mts");
    await writeFile(
      parent,
      `import { startChild } from ${url("child.ts")};
      import { PartFile } from ${url("part-file.ts")};
      import { writeFileSync } from "node:fs";
      const child = startChild(process.execPath, ["-e", "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)"], { stdout: "pipe" });
      const part = PartFile.beside(${JSON.stringify(join(folder, "out.mp4"))});
      writeFileSync(part.path, "half");
      child.stdout.once("data", (pid) => { console.log(pid + " " + part.path); setTimeout(() => { ${end} }, 50); });`,
    );
    const run = spawn(execPath, ["--import", "tsx", parent], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = (await once(run.stdout, "data")) as [Buffer];
    const [pid = "", path = ""] = line.toString().trim().split(/\s+/);
    assert.ok(alive(Number(pid)));
    if (how === "SIGTERM" || how === "SIGINT") run.kill(how);
    const [, signal] = (await once(run, "exit")) as [number | null, string | null];
    assert.equal(signal, how === "SIGTERM" || how === "SIGINT" ? how : null);
    for (let i = 0; i < 40 && alive(Number(pid)); i++) await sleep(50);
    assert.equal(alive(Number(pid)), false, "no orphan");
    assert.equal(existsSync(path), false, "no leftover");
  });
}
