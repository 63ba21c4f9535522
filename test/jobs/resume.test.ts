import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { reenactResumable, stateFolder } from "../../src/jobs/run-long.js";
import type { Progress } from "../../src/pipeline/progress.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { ffmpeg, temporaryFolder, videoFacts } from "../streams/media.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const folder = await temporaryFolder(), tools = await mediaTools();

test("a long video in segments tells its stages; one that goes on claims the frames that it makes, and no others", async () => {
  const input = join(folder, "in.mp4"), output = join(folder, "out.mp4");
  await ffmpeg(tools, "-t", "1", "-i", media("driver.mp4"), "-an", "-c:v", "libx264", input);
  const options = { input, photo: media("photo.jpg"), output, landmarks: "facemesh", maxSide: 160, cache: false } as const;
  const stop = new AbortController(), seen: Progress[] = [];
  const first = reenactResumable(options, { signal: stop.signal, onProgress: (progress) => {
    seen.push(progress);
    // The first of four segments is put away while the next are rendered.
    if (progress.frame >= 15 && readdirSync(stateFolder(output), { recursive: true }).some((file) => String(file).endsWith("segments/00000.json"))) stop.abort();
  } }, 0.25, 0.1);
  await assert.rejects(first, { code: "ABORTED" });
  assert.ok(["decode", "landmarks", "generate", "compose", "encode"].some((stage) => stage in seen.at(-1)!.stages), JSON.stringify(seen.at(-1)));

  const again: Progress[] = [];
  const { frames, resumed = 0, fps, seconds } = await reenactResumable(options, { onProgress: (progress) => again.push(progress) }, 0.25, 0.1);
  assert.equal(frames, 30);
  assert.ok(resumed > 0 && resumed < 30, `${resumed} frames were there`);
  assert.deepEqual([again[0].frame, again[0].fps], [resumed, 0], "what was there is no speed");
  assert.ok(Math.abs(fps - (frames - resumed) / seconds) < 1e-9, `${fps} frames/s`);
  assert.equal((await videoFacts(tools, output)).frames, 30);
});
