import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runnable } from "../../src/streams/runnable.js";
import { temporaryFolder } from "./media.js";

const run = promisify(execFile), folder = await temporaryFolder();
const script = "#!/bin/sh\necho it runs\n", root = process.getuid?.() === 0;

test("a program without its x bit gets it", async () => {
  const path = join(folder, "own");
  await writeFile(path, script, { mode: 0o644 });
  assert.equal(await runnable(path, join(folder, "none")), path);
  assert.equal((await run(path)).stdout, "it runs\n");
});

test("where its folder is somebody else's, a copy is run; it is made once", { skip: root ? false : "only root can be somebody else" }, async () => {
  const path = join(folder, "theirs"), cache = join(folder, "cache"), nobody = 65534;
  await writeFile(path, script, { mode: 0o644 });
  await mkdir(cache);
  for (const one of [folder, cache]) await chmod(one, one === cache ? 0o777 : 0o755);
  const module = fileURLToPath(new URL("../../src/streams/runnable.ts", import.meta.url));
  const program = `import { setuid } from "node:process"; const { runnable } = await import(${JSON.stringify(module)});
    setuid(${nobody}); console.log(await runnable(${JSON.stringify(path)}, ${JSON.stringify(cache)}));`;
  const once = async () => (await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program])).stdout.trim();
  const copy = await once(), { ino, uid } = await stat(copy);
  assert.ok(copy.startsWith(cache), copy);
  assert.equal(uid, nobody);
  assert.equal(await readFile(copy, "utf8"), script);
  assert.equal((await run(copy)).stdout, "it runs\n");
  assert.equal(await once(), copy);
  assert.equal((await stat(copy)).ino, ino);
  assert.equal((await stat(path)).mode & 0o111, 0, "theirs is left as it is");
});
