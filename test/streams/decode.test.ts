import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Frame } from "../../src/frame.js";
import { openDecoder, type DecodeOptions } from "../../src/streams/decode.js";
import { mediaTools, type MediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { clipMaker, type ClipName } from "./clips.js";
import { assertFails, assertSameTimes, childProcesses, everyToolSet, ffmpeg, temporaryFolder, videoFacts } from "./media.js";

const folder = await temporaryFolder();
const maker = await mediaTools();
const clip = clipMaker(folder, maker);
const toolSets = await everyToolSet();
/** What looks at the clips: the binary without libraries to load, which starts in a tenth of the time. */
const usual = toolSets.at(-1)?.tools ?? maker;

async function decodeAll(path: string, options: DecodeOptions = {}): Promise<{ frames: Frame[]; origin: number }> {
  await using reader = await openDecoder(await probeVideo(path, { tools: options.tools }), options);
  const frames: Frame[] = [];
  for await (const frame of reader) frames.push(frame);
  return { frames, origin: await reader.origin() };
}

/** Mean colour of a rectangle, given in shares of the frame. */
function meanColour({ data, width, height }: Frame, x0: number, y0: number, x1: number, y1: number): number[] {
  const sum = [0, 0, 0];
  let count = 0;
  for (let y = Math.floor(y0 * height); y < y1 * height; y++) {
    for (let x = Math.floor(x0 * width); x < x1 * width; x++, count++) {
      for (const channel of [0, 1, 2]) sum[channel] = (sum[channel] ?? 0) + (data[(y * width + x) * 3 + channel] ?? 0);
    }
  }
  return sum.map((value) => value / count);
}

async function fourColours(tools: MediaTools, path: string, ...options: string[]): Promise<void> {
  const quarter = (colour: string) => ["-f", "lavfi", "-i", `color=${colour}:size=80x60:rate=10:duration=0.3`];
  // Red, green over blue, white: each corner is known by its colour.
  const inputs = ["0xC02010", "0x10B030", "0x2030D0", "0xE0E0E0"].flatMap(quarter);
  await ffmpeg(tools, ...inputs, "-filter_complex", "[0][1]hstack[top];[2][3]hstack[bottom];[top][bottom]vstack", ...options, path);
}

for (const { name, tools } of toolSets) {
  test(`every frame once, at its exact time, ${name}`, async () => {
    const names: ClipName[] = ["film.mp4", "ntsc.mp4", "variable.mp4", "variable.mkv", "film.mkv", "one-frame.mp4", "transport.ts", "late-picture.mkv"];
    for (const file of names) {
      const path = await clip(file);
      const [{ frames }, facts] = [await decodeAll(path, { tools }), await videoFacts(usual, path)];
      assert.deepEqual(frames.map(({ index }) => index), facts.times.map((_, i) => i), file);
      assert.equal(frames[0]?.timestamp, 0);
      // ffprobe prints microseconds.
      assertSameTimes(frames.map(({ timestamp }) => timestamp), facts.times, 2e-6);
    }
    const { frames } = await decodeAll(await clip("film.mp4"), { tools });
    assert.equal(frames[24]?.timestamp, 24 * 1001 / 24000, "exact to the last bit");
  });

  test(`one picture of as many seconds as are asked for, at its own time, ${name}`, async () => {
    for (const file of ["film.mp4", "variable.mkv", "transport.ts"] as const) {
      const path = await clip(file), all = await decodeAll(path, { tools, timesFrom: "input" });
      for (const start of [0, 0.3]) {
        const { frames } = await decodeAll(path, { tools, timesFrom: "input", start, every: 0.25 });
        // From the first picture on each part of the stretch has one; which one depends on what is dear to decode.
        const parts = (list: readonly Frame[]) => list.map(({ timestamp }) => Math.floor((timestamp - start) / 0.25 + 0.001));
        assert.deepEqual(parts(frames), [...new Set(parts(all.frames).filter((part) => part >= 0))], `${file} from ${start} s`);
        for (const { timestamp, data } of frames) {
          const same = all.frames.find((frame) => Math.abs(frame.timestamp - timestamp) < 1e-9);
          assert.ok(same && Buffer.compare(same.data, data) === 0, `${file} at ${timestamp} s`);
        }
      }
    }
  });

  test(`a cut holds the frames between its ends, ${name}`, async () => {
    for (const file of ["film.mp4", "variable.mp4", "transport.ts"] as const) {
      const path = await clip(file);
      const all = await decodeAll(path, { tools });
      const [start, end] = [0.3, 0.8];
      const expected = all.frames.map(({ timestamp }) => timestamp + all.origin).filter((time) => time >= start && time < end);
      const cut = await decodeAll(path, { tools, start, end });
      assertSameTimes(cut.frames.map(({ timestamp }) => timestamp), expected, 1e-9);
      assert.ok(Math.abs(cut.origin - (expected[0] ?? Number.NaN)) < 1e-4, `${file}: ${cut.origin} instead of ${expected[0]}`);
      const shown = all.frames.findIndex(({ timestamp }) => timestamp + all.origin >= start);
      assert.deepEqual(cut.frames[0]?.data, all.frames[shown]?.data, "the very picture");
    }
  });

  test(`the first frame's time counts from the input's start, ${name}`, async () => {
    const { origin } = await decodeAll(await clip("late-picture.mkv"), { tools });
    assert.ok(Math.abs(origin - 0.4) < 0.03, String(origin));
    const { audio, start, videoStart } = await probeVideo(await clip("transport.ts"), { tools });
    assert.ok((audio[0]?.start ?? 0) < videoStart, "its sound starts first");
    const transport = await decodeAll(await clip("transport.ts"), { tools });
    assert.ok(Math.abs(transport.origin - (videoStart - start)) < 1e-5, String(transport.origin));
  });

  test(`upright, square and of the right colours, ${name}`, async () => {
    const colours = [[0xc0, 0x20, 0x10], [0x10, 0xb0, 0x30], [0x20, 0x30, 0xd0], [0xe0, 0xe0, 0xe0]];
    const close = (actual: number[], wanted: number[] | undefined, what: string) => {
      for (const channel of [0, 1, 2]) {
        const error = Math.abs((actual[channel] ?? 0) - (wanted?.[channel] ?? Number.NaN));
        assert.ok(error < 3, `${what}: ${actual.map(Math.round)} instead of ${wanted}`);
      }
    };
    const tagged = (matrix: string) => ["-colorspace", matrix, "-color_range", "tv"];
    const encodings: Record<string, string[]> = {
      "bt601.mp4": ["-vf", "scale=out_color_matrix=bt601:flags=accurate_rnd", "-pix_fmt", "yuv420p", ...tagged("smpte170m")],
      "bt709.mp4": ["-vf", "scale=out_color_matrix=bt709:flags=accurate_rnd", "-pix_fmt", "yuv420p", ...tagged("bt709")],
      "full-range.mp4": ["-vf", "scale=out_color_matrix=bt601:out_range=pc:flags=accurate_rnd", "-pix_fmt", "yuvj420p", "-color_range", "pc"],
      "lossless.mkv": ["-c:v", "ffv1", "-pix_fmt", "bgr0"],
    };
    for (const [file, options] of Object.entries(encodings)) {
      const path = join(folder, file);
      // The filter graph is complex already; a second output filter is written into it.
      const raw = join(folder, `raw-${file}.mkv`);
      await fourColours(maker, raw, "-c:v", "ffv1", "-pix_fmt", "bgr0");
      await ffmpeg(maker, "-i", raw, ...options, ...(file.endsWith(".mkv") ? [] : ["-c:v", "libx264", "-crf", "1"]), path);
      const { frames } = await decodeAll(path, { tools });
      const [frame] = frames;
      assert.ok(frame);
      const at = [[0.05, 0.05], [0.55, 0.05], [0.05, 0.55], [0.55, 0.55]];
      const corners = at.map(([x = 0, y = 0]) => meanColour(frame, x, y, x + 0.4, y + 0.4));
      for (const [i, corner] of corners.entries()) close(corner, colours[i], `${file}, corner ${i}`);
    }

    const lying = join(folder, "lying.mp4");
    await fourColours(maker, lying, "-c:v", "libx264", "-crf", "1", "-pix_fmt", "yuv420p");
    const turned = join(folder, "turned.mp4");
    const turn = maker.ffmpeg.codecVersion[0] >= 60 ? ["-display_rotation", "-90", "-i", lying] : ["-i", lying, "-metadata:s:v:0", "rotate=90"];
    await ffmpeg(maker, ...turn, "-c", "copy", turned);
    const info = await probeVideo(turned, { tools });
    const { frames } = await decodeAll(turned, { tools });
    const [frame] = frames;
    assert.ok(frame);
    assert.deepEqual([frame.width, frame.height], [120, 160]);
    const topLeft = meanColour(frame, 0.05, 0.05, 0.45, 0.45);
    // Clockwise by 90° brings the lower left corner up; by 270° the upper right one.
    close(topLeft, info.rotation === 90 ? colours[2] : colours[1], "the turned picture's corner");

    const { frames: wide } = await decodeAll(await clip("anamorphic.mp4"), { tools });
    assert.deepEqual([wide[0]?.width, wide[0]?.height, wide[0]?.data.length], [256, 120, 256 * 120 * 3]);
    const { frames: small } = await decodeAll(await clip("anamorphic.mp4"), { tools, maxSide: 64 });
    assert.deepEqual([small[0]?.width, small[0]?.height], [64, 30]);
    const { frames: quick } = await decodeAll(join(folder, "bt709.mp4"), { tools, quick: true });
    assert.ok(quick[0]);
    close(meanColour(quick[0], 0.55, 0.55, 0.95, 0.95), colours[3], "the quick conversion");
  });
}

test("the decoder is held back while nobody pulls, and its memory is bounded", async () => {
  const reader = await openDecoder(await probeVideo(await clip("long.mp4")), { highWater: 2 });
  await reader.next();
  const before = process.memoryUsage().arrayBuffers;
  await sleep(600);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 6 * 320 * 240 * 3, `${grown} bytes came in unasked`);
  assert.equal((await childProcesses())?.length ?? 1, 1, "ffmpeg waits");
  let count = 1;
  while ((await reader.next()) !== undefined) count++;
  assert.equal(count, 600);
  assert.equal(await reader.next(), undefined);
  await reader.close();
  await assert.rejects(reader.next(), /closed/);
});

test("closing and aborting end ffmpeg at once, also when it is blocked", async () => {
  const info = await probeVideo(await clip("long.mp4"));
  const reader = await openDecoder(info);
  await reader.next();
  const start = performance.now();
  await reader.close();
  await reader.close();
  const abort = new AbortController();
  const second = await openDecoder(info, { signal: abort.signal });
  await second.next();
  await sleep(50);
  abort.abort();
  const rest = (async () => {
    while ((await second.next()) !== undefined);
  })();
  await assertFails(rest, "ABORTED");
  await second.close();
  assert.ok(performance.now() - start < 4500, "it is killed after five seconds where it does not end by itself");
  assert.deepEqual((await childProcesses()) ?? [], []);
  await assertFails(openDecoder(info, { signal: abort.signal }), "ABORTED");
});

test("leaving a loop early ends ffmpeg", async () => {
  const reader = await openDecoder(await probeVideo(await clip("long.mp4")));
  for await (const frame of reader) if (frame.index === 3) break;
  assert.deepEqual((await childProcesses()) ?? [], []);
});

test("what of a cut-off file is there is decoded", async () => {
  const { frames } = await decodeAll(await clip("tail-missing.mp4"));
  assert.ok(frames.length > 5 && frames.length < 44, `${frames.length} frames`);
});

test("a cut without a picture, and one that ends before it starts", async () => {
  await assertFails(decodeAll(await clip("silent.mp4"), { start: 30 }), "INPUT_EMPTY", /30 s/);
  await assertFails(decodeAll(await clip("silent.mp4"), { start: 2, end: 1 }), "USAGE");
});

test("a live input plays once, its sound is kept beside", async () => {
  const content = await readFile(await clip("transport.ts"));
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  try {
    const info = await probeVideo(`tcp://127.0.0.1:${port}`);
    assert.equal(info.input.live, true);
    const reader = await openDecoder(info);
    let count = 0;
    for await (const frame of reader) count += frame.data.length > 0 ? 1 : 0;
    assert.equal(count, 25);
    assert.ok(reader.audioFile !== undefined && (await readFile(reader.audioFile)).length > 1000);
    await reader.close();
    await assert.rejects(readFile(reader.audioFile), { code: "ENOENT" });
  } finally {
    server.close();
  }
});
