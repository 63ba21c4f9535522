import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { openDecoder } from "../../src/streams/decode.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { everyToolSet, ffmpeg, passThrough, temporaryFolder } from "./media.js";

const folder = await temporaryFolder(), maker = await mediaTools();
const at = (name: string) => join(folder, name), KINDS = ["a.gif", "a.apng", "a.png"];
// Three pictures, each shown as long as it says. (npm's ffmpeg of 2018 misreads an APNG that goes back to the picture before the last.)
const pictures = ["red", "blue", "maroon"].map((background) => sharp({ create: { width: 32, height: 24, channels: 3, background } }).png().toBuffer());
await sharp(await Promise.all(pictures), { join: { animated: true } }).gif({ delay: [200, 500, 100] }).toFile(at("a.gif"));
for (const name of ["a.apng", "a.png"]) await ffmpeg(maker, "-i", at("a.gif"), ...passThrough(maker), "-f", "apng", at(name));

for (const { name, tools } of await everyToolSet()) {
  test(`animations are videos, with their times, ${name}`, async () => {
    for (const file of KINDS) {
      await using decoder = await openDecoder(await probeVideo(at(file), { tools }), { tools });
      const seen: [red: boolean, time: number][] = [];
      for await (const { data, timestamp } of decoder) seen.push([data[0] > 100 && data[2] < 50, Math.round(100 * timestamp) / 100]);
      assert.deepEqual(seen, [[true, 0], [false, 0.2], [true, 0.7]], file);
    }
  });
}
