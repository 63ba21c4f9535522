import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../streams/media.js";

test("onnxruntime leaves no device id and no log of what it sends: it sends nothing, neither from the program's thread nor from another", async () => {
  const folder = await temporaryFolder(), home = join(folder, "home"), tmp = join(folder, "tmp");
  await mkdir(home);
  await mkdir(tmp);
  const from = (path: string) => JSON.stringify(new URL(`../../src/model/${path}`, import.meta.url).href);
  const script = `
    import { openLandmarks } from ${from("landmarks/open-landmarks.ts")};
    import { openPackagedModel } from ${from("packaged/packaged-model.ts")};
    await (await openLandmarks({ kind: "facemesh", blendshapes: false })).close();
    await (await openPackagedModel("blazeface")).close();`;
  // Where CI is set it sends nothing anyway.
  const env = { ...process.env, CI: undefined, GITHUB_ACTIONS: undefined, ORT_DISABLE_TELEMETRY: undefined, HOME: home, XDG_CACHE_HOME: join(home, ".cache"), TMPDIR: tmp };
  await promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { env });
  assert.deepEqual((await readdir(tmp)).filter((name) => !/^(tsx-|node-compile-cache)/.test(name)), []);
  assert.deepEqual(await readdir(home), []);
});
