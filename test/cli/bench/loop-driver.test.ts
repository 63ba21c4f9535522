import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loopUnit, makeUnit } from "../../../src/cli/bench/loop-driver.js";
import { ReenactError } from "../../../src/errors.js";
import { runChild } from "../../../src/streams/child.js";
import { mediaTools } from "../../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../../src/streams/probe.js";
import { toNumber } from "../../../src/streams/rational.js";

test("a driver of any size and rate, without sound, becomes size×size at 30 frames/s with sound, as long as asked for", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-loop-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { ffmpeg } = await mediaTools();
  const driver = join(folder, "driver.mp4");
  await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=160x90:r=25:d=1", "-pix_fmt", "yuv420p", driver]);

  const options = { driver, folder, size: 64, signal: new AbortController().signal };
  const info = await probeVideo(await loopUnit(await makeUnit(options), 2.5, options));
  t.after(() => info.input.close());
  assert.deepEqual([info.width, info.height], [64, 64]);
  assert.equal(info.frameCount, 75);
  assert.ok(Math.abs(toNumber(info.frameRate) - 30) < 0.5, `${toNumber(info.frameRate)}`);
  assert.equal(info.audio.length, 1);

  await assert.rejects(loopUnit(join(folder, "none.mp4"), 1, options), (error) => error instanceof ReenactError && error.code === "ENCODE_FAILED");
});
