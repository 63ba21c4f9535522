import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { chooseSound } from "../../src/streams/choose-sound.js";
import { openDecoder } from "../../src/streams/decode.js";
import { openEncoder } from "../../src/streams/encode.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { openInput } from "../../src/streams/media-input.js";
import { probeVideo } from "../../src/streams/probe.js";
import { assertFails, audioPackets, everyToolSet, ffmpeg, temporaryFolder } from "./media.js";

const folder = await temporaryFolder(), maker = await mediaTools();
const pictures = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25"], coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const sequence = join(folder, "still-%03d.png"), two = join(folder, "take 1: two.mkv");
await ffmpeg(maker, ...pictures, "-frames:v", "6", sequence);
const words = join(folder, "words.srt");
await writeFile(words, "1\n00:00:00,000 --> 00:00:00,500\nHello\n");
const sine = (hertz: number) => ["-f", "lavfi", "-i", `sine=frequency=${hertz}`];
await ffmpeg(maker, ...pictures, ...sine(300), ...sine(900), "-i", words, "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-t", "1", ...coding, "-c:a", "aac", "-c:s", "srt", join(folder, "two.mkv"));
await rename(join(folder, "two.mkv"), two);

for (const { name, tools } of await everyToolSet()) {
  test(`what has no times of its own is shown at the rate that is named, or 25 a second with a note, ${name}`, async () => {
    for (const [frameRate, step] of [[undefined, 1 / 25], ["10", 1 / 10], ["30000/1001", 1001 / 30000]] as const) {
      const info = await probeVideo(await openInput(sequence, { frameRate, tools }), { tools });
      await using decoder = await openDecoder(info, { tools });
      const times: number[] = [];
      for await (const { timestamp } of decoder) times.push(timestamp);
      assert.equal(times.length, 6);
      for (const [i, time] of times.entries()) assert.ok(Math.abs(time - i * step) < 1e-4, `at ${frameRate}: frame ${i} at ${time}`);
      assert.equal(info.notes.filter((note) => note.includes("25 a second")).length, frameRate === undefined ? 1 : 0);
    }
    await assertFails(openInput(two, { frameRate: "10", tools }), "USAGE", /times of its own/);
  });

  test(`another sound track can be chosen; what is left out is told; names may hold a colon, ${name}`, async () => {
    const found = await probeVideo(two, { tools });
    assert.match(found.notes.join(), /subtitles of .* \(1 track\) are left out/);
    const outputs: string[][] = [];
    for (const track of [undefined, 0, 1]) {
      const info = chooseSound(found, track), output = join(folder, `out: ${track}.mp4`);
      await using decoder = await openDecoder(info, { tools });
      const sink = await openEncoder({ output, width: info.width, height: info.height, source: { info, origin: await decoder.origin() }, tools, overwrite: true });
      for await (const frame of decoder) await sink.write(frame);
      const { notes } = await sink.finish();
      assert.equal(notes.some((note) => note.startsWith("Of its 2 sound tracks 0:a:0 is taken")), track === undefined);
      outputs.push((await audioPackets(maker, output)).hashes);
    }
    assert.deepEqual(outputs[0], outputs[1]);
    assert.notDeepEqual(outputs[1], outputs[2]);
    assert.throws(() => chooseSound(found, 2), { code: "USAGE" });
  });
}
