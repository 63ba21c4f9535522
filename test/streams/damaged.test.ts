import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { openDecoder, type DecodeOptions } from "../../src/streams/decode.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { damage } from "./damage.js";
import { assertFails, childProcesses, everyToolSet, ffmpeg, temporaryFolder } from "./media.js";

const folder = await temporaryFolder(), maker = await mediaTools();
/** Four seconds of 25 frames, a key frame every second. */
const whole: Record<string, string> = {};
for (const [name, ...codec] of [["h264.mp4", "libx264", "-preset", "ultrafast", "-bf", "2"], ["mpeg4.mp4", "mpeg4"], ["mpeg4.avi", "mpeg4"]] as const) {
  whole[name] = join(folder, name);
  await ffmpeg(maker, "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25", "-t", "4", "-c:v", ...codec, "-g", "25", whole[name]);
}

interface Seen {
  readonly time: number;
  readonly repeats: boolean;
  readonly picture: string;
}

async function decode(path: string, options: DecodeOptions): Promise<Seen[]> {
  const seen: Seen[] = [];
  await using reader = await openDecoder(await probeVideo(path, { tools: options.tools }), { ...options, timesFrom: "input" });
  for await (const { timestamp, repeats = false, data } of reader) seen.push({ time: timestamp, repeats, picture: createHash("md5").update(data).digest("hex") });
  return seen;
}

async function broken(from: string, name: string, isDamaged: (index: number) => boolean): Promise<string> {
  const path = join(folder, name);
  await damage(maker, whole[from]!, path, isDamaged);
  return path;
}

const grid = Array.from({ length: 100 }, (_, i) => i / 25);
const onGrid = (seen: readonly Seen[]) => seen.map(({ time }) => Math.round(time * 25) / 25);
/** Every repeated frame shows what the one before it does, and there are so many. */
function assertRepeats(seen: readonly Seen[], count: number): void {
  assert.equal(seen.filter(({ repeats }) => repeats).length, count);
  for (const [i, { repeats, picture }] of seen.entries()) if (repeats && i > 0) assert.equal(picture, seen[i - 1]!.picture, `frame ${i}`);
}

for (const { name, tools } of await everyToolSet()) {
  for (const file of Object.keys(whole)) {
    test(`frames that cannot be decoded are the last good one again, ${file}, ${name}`, async () => {
      const seen = await decode(await broken(file, `middle-${file}`, (i) => i >= 40 && i < 47), { tools });
      assert.deepEqual(onGrid(seen), grid);
      assertRepeats(seen, 7);
    });
  }

  test(`a whole group of pictures is missing, and every cut shows the frames of one go, ${name}`, async () => {
    const path = await broken("h264.mp4", "group.mp4", (i) => i >= 50 && i < 75);
    const all = await decode(path, { tools });
    assert.deepEqual(onGrid(all), grid);
    assertRepeats(all, 25);
    for (const [start, end] of [[0, 2.5], [1.9, 2.1], [2.2, 2.6], [2.44, undefined], [3.1, undefined]] as const) {
      const wanted = all.filter(({ time }) => time >= start - 1e-6 && time < (end ?? 9) - 1e-6);
      assert.deepEqual(await decode(path, { tools, start, end }), wanted, `${start} to ${end}`);
    }
  });

  test(`a key frame alone is missing: what follows is the same in every cut, ${name}`, async () => {
    const path = await broken("h264.mp4", "key.mp4", (i) => i === 50), all = await decode(path, { tools });
    assert.deepEqual(onGrid(all), grid);
    assertRepeats(all, 1);
    for (const start of [1.9, 2.2]) assert.deepEqual(await decode(path, { tools, start }), all.filter(({ time }) => time >= start - 1e-6), String(start));
  });

  test(`without a good frame before it, the first good one is shown, ${name}`, async () => {
    const path = await broken("h264.mp4", "first.mp4", (i) => i < 25), all = await decode(path, { tools });
    assert.deepEqual(onGrid(all), grid);
    assert.equal(all.filter(({ repeats }) => repeats).length, 25);
    assert.equal(new Set(all.slice(0, 26).map(({ picture }) => picture)).size, 1);
    assert.deepEqual(await decode(path, { tools, start: 0.2, end: 0.6 }), all.slice(5, 15));
  });

  test(`a video of which nothing can be decoded is refused, and nothing runs on, ${name}`, async () => {
    const path = await broken("h264.mp4", "all.mp4", () => true);
    await assertFails(decode(path, { tools }), "INPUT_UNREADABLE");
    await assertFails(decode(path, { tools, start: 1, end: 2 }), "INPUT_UNREADABLE");
    assert.deepEqual((await childProcesses()) ?? [], []);
  });
}
