import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { keyFramesNear } from "../../src/streams/key-frames.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { assertFails, everyToolSet, ffmpeg, temporaryFolder } from "./media.js";

const folder = await temporaryFolder(), maker = await mediaTools();

for (const { name, tools } of await everyToolSet()) {
  test(`finds the key frames at some times, each once, counted from the input's start, ${name}`, async () => {
    for (const file of ["keys.mp4", "keys.mkv"]) {
      const path = join(folder, file);
      // Key frames every 2 seconds, and an input that does not start at 0 where its container can say so.
      await ffmpeg(maker, "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25:duration=10", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-sc_threshold", "0", "-output_ts_offset", "3", path);
      const info = await probeVideo(path, { tools });
      const found = await keyFramesNear(info, [0.5, 2.5, 2.6, 4.5, 6.5, 8.5], { tools });
      assert.ok(found.length >= 4, `${file}: ${found.join()}`);
      assert.deepEqual(found, [...new Set(found)].sort((a, b) => a - b));
      for (const time of found) assert.ok(Math.abs(time / 2 - Math.round(time / 2)) < 0.02 && time > -0.01 && time < 8.1, `${file}: ${found.join()}`);
    }
  });
}

test("nothing is known of what cannot be read, and an aborted question says so", async () => {
  const path = join(folder, "keys.mp4"), info = await probeVideo(path);
  assert.deepEqual(await keyFramesNear({ ...info, input: { ...info.input, url: "file:/nonexistent.mp4" } }, [0, 1]), []);
  await assertFails(keyFramesNear(info, [0, 1], { signal: AbortSignal.abort() }), "ABORTED");
});
