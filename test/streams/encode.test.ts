import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { readFile, readdir, mkdir, writeFile, symlink } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { test } from "node:test";
import sharp from "sharp";
import type { Frame } from "../../src/frame.js";
import { openDecoder } from "../../src/streams/decode.js";
import { openEncoder, type EncoderOptions } from "../../src/streams/encode.js";
import { mediaTools, type MediaTools } from "../../src/streams/ffmpeg-path.js";
import type { EncodeSummary } from "../../src/streams/frame-sink.js";
import { openInput } from "../../src/streams/media-input.js";
import { probeVideo } from "../../src/streams/probe.js";
import { DIGITAL_SOURCE_TYPE } from "../../src/streams/synthetic-mark.js";
import { clipMaker, type ClipName } from "./clips.js";
import type { ReenactError } from "../../src/errors.js";
import { assertFails, assertSameTimes, audioPackets, childProcesses, everyToolSet, temporaryFolder, videoFacts } from "./media.js";

const folder = await temporaryFolder();
const clip = clipMaker(folder, await mediaTools());
const toolSets = await everyToolSet();
/** What looks at the results: the binary without libraries to load, which starts in a tenth of the time. */
const usual = toolSets.at(-1)?.tools ?? (await mediaTools());

type CopyOptions = Partial<EncoderOptions> & { tools?: MediaTools; start?: number; end?: number };

/** Decodes a clip and encodes its frames again. */
async function copy(input: string, output: string, options: CopyOptions = {}): Promise<EncodeSummary> {
  const { start, end, tools, ...rest } = options;
  const cut = { start, end };
  const info = await probeVideo(input, { tools });
  await using reader = await openDecoder(info, { ...cut, tools });
  const source = { info, cut, origin: await reader.origin(), audioFile: reader.audioFile };
  await using sink = await openEncoder({ output, width: reader.width, height: reader.height, source, tools, overwrite: true, preset: "ultrafast", ...rest });
  for await (const frame of reader) await sink.write(frame);
  // Awaited here: leaving the block gives up what is not finished.
  return await sink.finish();
}

function gradient(width: number, height: number, index: number, timestamp = index / 25): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[i++] = (x * 255) / width;
      data[i++] = (y * 255) / height;
      data[i++] = (index * 40) % 256;
    }
  }
  return { data, width, height, index, timestamp };
}

/** Mean absolute difference of two pictures' common part, 0…255. */
function difference(a: Frame, b: Frame): number {
  const [width, height] = [Math.min(a.width, b.width), Math.min(a.height, b.height)];
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width * 3; x++) sum += Math.abs((a.data[y * a.width * 3 + x] ?? 0) - (b.data[y * b.width * 3 + x] ?? 0));
  }
  return sum / (width * height * 3);
}

async function firstFrame(path: string): Promise<Frame> {
  await using reader = await openDecoder(await probeVideo(path));
  const frame = await reader.next();
  assert.ok(frame);
  return frame;
}

async function leftovers(where: string): Promise<string[]> {
  return (await readdir(where)).filter((name) => name.startsWith(".reenact-"));
}

for (const { name, tools } of toolSets) {
  const out = (file: string) => join(folder, `${tools.ffmpeg.origin}-${file}`);

  test(`as many frames, at the same times, at the same rate, as long, with the same sound, ${name}`, async () => {
    const names: ClipName[] = ["film.mp4", "ntsc.mp4", "sixty.mp4", "variable.mp4", "variable.mkv", "phone.mp4", "silent.mp4", "one-frame.mp4"];
    names.push("film.mkv", "transport.ts", "late-sound.mp4", "late-picture.mkv");
    for (const file of names) {
      const input = await clip(file);
      const output = out(`copy-of-${file}.mp4`);
      const summary = await copy(input, output, { tools });
      const [before, after] = [await videoFacts(usual, input), await videoFacts(usual, output)];
      const frame = 1 / Number(before.rFrameRate.split("/").reduce((num, den) => String(Number(num) / Number(den))));
      assert.equal(summary.frames, before.frames, file);
      assert.equal(after.frames, before.frames, file);
      assert.equal(after.rFrameRate, before.rFrameRate, file);
      assertSameTimes(after.times, before.times, 2e-6);
      assert.ok(Math.abs(after.duration - before.duration) < frame, `${file}: ${after.duration} s instead of ${before.duration} s`);
      // A container that counts from before its first picture or sound (transport.ts does not start at 0) is longer by that.
      const [wholeBefore, wholeAfter] = [before.formatDuration, after.formatDuration];
      assert.ok(Math.abs(wholeAfter - wholeBefore) < Math.max(frame, 0.03), `${file} as a whole: ${wholeAfter} s instead of ${wholeBefore} s`);
      assert.match(after.tags["comment"] ?? "", /Synthetic/);
      assert.ok((await readFile(output)).includes(DIGITAL_SOURCE_TYPE), "XMP");

      const [sound, soundAfter] = [await audioPackets(usual, input), await audioPackets(usual, output)];
      assert.equal(soundAfter.codec, sound.codec, file);
      assert.equal(summary.audio, sound.codec === "none" ? "none" : "copied");
      // A transport stream wraps every packet of AAC in a header of its own.
      if (file !== "transport.ts") assert.deepEqual(soundAfter.hashes, sound.hashes, `${file}: bit for bit`);
      assert.equal(soundAfter.times.length, sound.times.length);
      for (const at of [0, sound.times.length - 1]) {
        if (sound.times.length === 0) continue;
        const lead = (sound.times[at] ?? 0) - (before.times[0] ?? 0);
        const leadAfter = (soundAfter.times[at] ?? 0) - (after.times[0] ?? 0);
        assert.ok(Math.abs(lead - leadAfter) < 2e-3, `${file}: sound ${leadAfter} s after the picture instead of ${lead} s`);
      }
    }
  });

  test(`a cut keeps sound and picture in step, ${name}`, async () => {
    for (const file of ["ntsc.mp4", "variable.mp4", "film.mkv"] as const) {
      const input = await clip(file);
      const output = out(`cut-of-${file}.mp4`);
      const [start, end] = [0.41, 1.1];
      await copy(input, output, { tools, start, end });
      const [before, after] = [await videoFacts(usual, input), await videoFacts(usual, output)];
      // A cut counts from the file's first packet, be it of sound that an encoder put before time 0.
      const zero = (await probeVideo(input)).start;
      const expected = before.times.filter((time) => time - zero >= start && time - zero < end);
      assertSameTimes(after.times, expected, 2e-6);
      const [sound, soundAfter] = [await audioPackets(usual, input), await audioPackets(usual, output)];
      const first = sound.hashes.indexOf(soundAfter.hashes[0] ?? "");
      assert.ok(first > 0, "the first packet is one of the input's");
      assert.deepEqual(soundAfter.hashes, sound.hashes.slice(first, first + soundAfter.hashes.length), "in one piece");
      const lead = (sound.times[first] ?? 0) - (expected[0] ?? 0);
      const leadAfter = (soundAfter.times[0] ?? 0) - (after.times[0] ?? 0);
      assert.ok(Math.abs(lead - leadAfter) < 2e-3, `${file}: sound ${leadAfter} s after the picture instead of ${lead} s`);
      assert.ok(lead >= -1e-3 && lead < 0.05, "from the cut on");
      assert.ok((soundAfter.times.at(-1) ?? 0) < end - start + 0.03, "up to the cut");
    }
  });

  test(`every format, ${name}`, async () => {
    const input = await clip("film.mp4");
    const before = await videoFacts(usual, input);
    for (const [file, codec, sound] of [["a.mov", "h264", "aac"], ["a.mkv", "h264", "aac"], ["a.webm", "vp9", "opus"], ["a.gif", "gif", "none"]] as const) {
      const summary = await copy(input, out(file), { tools });
      const after = await videoFacts(usual, out(file));
      assert.equal(after.codec, codec);
      assert.equal(after.frames, before.frames, file);
      // Matroska counts milliseconds, GIF hundredths of a second.
      assertSameTimes(after.times, before.times, file === "a.gif" ? 0.0101 : 0.0011);
      if (file !== "a.gif") {
        assert.equal(after.rFrameRate, before.rFrameRate, file);
        assert.match(after.tags["comment"] ?? "", /Synthetic/);
        assert.equal(after.colour, "bt709/tv");
      }
      assert.ok(Math.abs(after.formatDuration - before.formatDuration) < 1 / 23, `${file}: ${after.formatDuration} s`);
      assert.equal((await audioPackets(usual, out(file))).codec, sound);
      assert.equal(summary.audio, sound === "none" ? "none" : sound === "aac" ? "copied" : "encoded");
    }
    assert.ok((await readFile(out("a.gif"))).includes("trainedAlgorithmicMedia"));
    assert.equal((await audioPackets(usual, out("a.webm"))).times[0] !== undefined, true);
    const pcm = await copy(await clip("pcm.mov"), out("pcm.mp4"), { tools });
    assert.equal(pcm.audio, "encoded");
    assert.match(pcm.notes.join(), /pcm_s16le/);
    assert.equal((await copy(await clip("pcm.mov"), out("pcm.mov"), { tools })).audio, "copied");
    assert.equal((await copy(input, out("mute.mp4"), { tools, audio: false })).audio, "none");
    assert.equal((await audioPackets(usual, out("mute.mp4"))).codec, "none");
  });

  test(`pipes, ${name}`, async () => {
    for (const [format, file] of [["mp4", "p.mp4"], ["mkv", "p.mkv"], ["webm", "p.webm"]] as const) {
      const stdout = new PassThrough();
      const parts: Buffer[] = [];
      stdout.on("data", (part: Buffer) => parts.push(part));
      await copy(await clip("ntsc.mp4"), "-", { tools, format, stdout });
      assert.equal(stdout.writableEnded, false, "left open");
      await writeFile(out(file), Buffer.concat(parts));
      const [before, after] = [await videoFacts(usual, await clip("ntsc.mp4")), await videoFacts(usual, out(file))];
      assertSameTimes(after.times, before.times, 0.0011);
      const [sound, soundAfter] = [await audioPackets(usual, await clip("ntsc.mp4")), await audioPackets(usual, out(file))];
      if (format === "webm") continue;
      assert.deepEqual(soundAfter.hashes, sound.hashes);
      const [lead, leadAfter] = [(sound.times[9] ?? 0) - (before.times[0] ?? 0), (soundAfter.times[9] ?? 0) - (after.times[0] ?? 0)];
      assert.ok(Math.abs(lead - leadAfter) < 2e-3, `${format}: in step`);
    }
  });

  test(`colours and odd sizes survive, ${name}`, async () => {
    for (const [file, least] of [["c.mp4", 1], ["c.mov", 1], ["c.mkv", 1], ["c.webm", 2], ["c.gif", 7]] as const) {
      const frames = [0, 1, 2].map((index) => gradient(161, 121, index));
      await using sink = await openEncoder({ output: out(file), width: 161, height: 121, crf: 4, tools, overwrite: true });
      for (const frame of frames) await sink.write(frame);
      await sink.finish();
      const decoded = await firstFrame(out(file));
      assert.deepEqual([decoded.width, decoded.height], file === "c.gif" ? [161, 121] : [162, 122]);
      const error = difference(gradient(161, 121, 0), decoded);
      assert.ok(error < least, `${file}: mean difference ${error}`);
    }
  });

  test(`the fallback encoder keeps times and rate, ${name}`, async () => {
    for (const file of ["ntsc.mp4", "variable.mp4", "one-frame.mp4"] as const) {
      const summary = await copy(await clip(file), out(`mpeg4-${file}`), { tools, encoder: "mpeg4" });
      const [before, after] = [await videoFacts(usual, await clip(file)), await videoFacts(usual, out(`mpeg4-${file}`))];
      assert.deepEqual([summary.encoder, after.codec], ["mpeg4", "mpeg4"]);
      assertSameTimes(after.times, before.times, 2e-5);
      if (file === "ntsc.mp4") assert.equal(after.rFrameRate, before.rFrameRate);
    }
    const lacking = { ...tools, ffmpeg: { ...tools.ffmpeg, encoders: async () => new Set(["mpeg4", "aac"]) } };
    const summary = await copy(await clip("one-frame.mp4"), out("lacking.mp4"), { tools: lacking });
    assert.equal(summary.encoder, "mpeg4");
    assert.match(summary.notes.join(), /no libx264/);
    await assertFails(copy(await clip("one-frame.mp4"), out("lacking.webm"), { tools: lacking }), "ENCODER_MISSING", /libvpx/);
    await assertFails(copy(await clip("one-frame.mp4"), out("lacking.mp4"), { tools: lacking, encoder: "libx264" }), "ENCODER_MISSING", /libx264/);
    await assertFails(copy(await clip("one-frame.mp4"), out("lacking.mp4"), { tools, encoder: "h265_dream" }), "ENCODER_MISSING", /h265_dream/);
  });

  test(`aborting ends ffmpeg and leaves nothing, ${name}`, async () => {
    const where = join(folder, `abort-${tools.ffmpeg.origin}`);
    await mkdir(where);
    const abort = new AbortController();
    const sink = await openEncoder({ output: join(where, "a.mp4"), width: 320, height: 240, tools, signal: abort.signal });
    await sink.write(gradient(320, 240, 0));
    abort.abort();
    await assertFails(sink.write(gradient(320, 240, 1)), "ABORTED");
    await sink.abort();
    const other = await openEncoder({ output: join(where, "b.mp4"), width: 320, height: 240, tools });
    await other.write(gradient(320, 240, 0));
    await other.abort();
    await other.abort();
    await assert.rejects(other.write(gradient(320, 240, 1)), /aborted/);
    const empty = await openEncoder({ output: join(where, "c.mp4"), width: 320, height: 240, tools });
    await assertFails(empty.finish(), "ENCODE_FAILED", /one frame/);
    assert.deepEqual(await readdir(where), []);
    assert.deepEqual((await childProcesses()) ?? [], []);
  });

  test(`a full device, and a reader that leaves, ${name}`, { skip: process.platform !== "linux" && "needs /dev/full" }, async () => {
    const input = await clip("ntsc.mp4");
    await assertFails(copy(input, "/dev/full", { tools, format: "mkv" }), "DISK_FULL");
    const leaving = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })) });
    leaving.on("error", () => {});
    await assertFails(copy(input, "-", { tools, format: "mkv", stdout: leaving }), "ENCODE_FAILED", /stopped/);
    assert.deepEqual((await childProcesses()) ?? [], []);
  });

  test(`a live input's sound is put in at the end, ${name}`, async () => {
    const content = await readFile(await clip("transport.ts"));
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(content);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    try {
      const summary = await copy(`tcp://127.0.0.1:${port}`, out("live.mp4"), { tools });
      assert.equal(summary.audio, "copied");
    } finally {
      server.close();
    }
    const [before, after] = [await videoFacts(usual, await clip("transport.ts")), await videoFacts(usual, out("live.mp4"))];
    assertSameTimes(after.times, before.times, 2e-6);
    assert.equal(after.rFrameRate, before.rFrameRate);
    const [sound, soundAfter] = [await audioPackets(usual, await clip("transport.ts")), await audioPackets(usual, out("live.mp4"))];
    assert.equal(soundAfter.times.length, sound.times.length);
    const [lead, leadAfter] = [(sound.times[9] ?? 0) - (before.times[0] ?? 0), (soundAfter.times[9] ?? 0) - (after.times[0] ?? 0)];
    assert.ok(Math.abs(lead - leadAfter) < 2e-3, `sound ${leadAfter} s after the picture instead of ${lead} s`);
  });
}

test("a sequence of pictures appears whole, each with its mark", async () => {
  const where = join(folder, "sequence");
  await mkdir(where);
  const summary = await copy(await clip("odd.mkv"), join(where, "frame-%04d.png"));
  assert.equal(summary.frames, 10);
  assert.deepEqual((await readdir(where)).sort(), Array.from({ length: 10 }, (_, i) => `frame-${String(i + 1).padStart(4, "0")}.png`));
  const metadata = await sharp(join(where, "frame-0003.png")).metadata();
  assert.deepEqual([metadata.width, metadata.height], [161, 121]);
  assert.ok(metadata.xmp?.includes(DIGITAL_SOURCE_TYPE));
  await assertFails(copy(await clip("odd.mkv"), join(where, "frame-%04d.png"), { overwrite: false }), "OUTPUT_EXISTS", /frame-0001\.png/);
  const sink = await openEncoder({ output: join(where, "other-%d.jpg"), width: 16, height: 16 });
  await sink.write(gradient(16, 16, 0));
  await sink.abort();
  assert.equal((await readdir(where)).length, 10);
});

test("an existing file is replaced only when allowed, and only by a complete one", async () => {
  const path = join(folder, "existing.mp4");
  await writeFile(path, "precious");
  const small = { width: 16, height: 16 };
  await assertFails(openEncoder({ output: path, ...small }), "OUTPUT_EXISTS", /-y/);
  const sink = await openEncoder({ output: path, ...small, overwrite: true });
  await sink.write(gradient(16, 16, 0));
  assert.equal(await readFile(path, "utf8"), "precious");
  await sink.finish();
  assert.notEqual(await readFile(path, "utf8"), "precious");
  assert.deepEqual(await leftovers(folder), []);
});

test("of two that make one output at once one wins, and the other says so", async () => {
  const path = join(folder, "race.mp4"), pictures = join(folder, "race-%d.png"), small = { width: 16, height: 16 };
  for (const output of [path, pictures]) {
    const sinks = await Promise.all([openEncoder({ output, ...small }), openEncoder({ output, ...small })]);
    for (const sink of sinks) await sink.write(gradient(16, 16, 0));
    const ends = await Promise.allSettled(sinks.map((sink) => sink.finish()));
    assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"], output);
    const lost = ends.find((end) => end.status === "rejected") as PromiseRejectedResult;
    assert.equal((lost.reason as ReenactError).code, "OUTPUT_EXISTS");
    assert.match((lost.reason as ReenactError).message, /meanwhile/);
  }
  assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("race")).sort(), ["race-1.png", "race.mp4"]);
  assert.deepEqual(await leftovers(folder), []);
});

test("outputs that cannot be", async () => {
  const small = { width: 16, height: 16 };
  const input = await clip("silent.mp4");
  await assertFails(openEncoder({ output: folder, ...small }), "OUTPUT_INVALID", /folder/);
  await assertFails(openEncoder({ output: join(folder, "none", "a.mp4"), ...small }), "OUTPUT_INVALID", /does not exist/);
  await assertFails(openEncoder({ output: join(input, "a.mp4"), ...small }), "OUTPUT_INVALID");
  await assertFails(openEncoder({ output: join(folder, "a.doc"), ...small }), "OUTPUT_INVALID", /\.doc/);
  await assertFails(openEncoder({ output: join(folder, "a"), ...small }), "OUTPUT_INVALID", /extension/);
  await assertFails(openEncoder({ output: "-", ...small }), "OUTPUT_INVALID", /-f/);
  await assertFails(openEncoder({ output: join(folder, "a.png"), ...small }), "OUTPUT_INVALID", /%05d/);
  await assertFails(openEncoder({ output: join(folder, "a.mp4"), format: "avi2", ...small }), "OUTPUT_INVALID", /avi2/);
  await assertFails(openEncoder({ output: join(folder, "a.mp4"), width: 20_000, height: 16 }), "OUTPUT_INVALID", /16384/);
  await assertFails(openEncoder({ output: join(folder, "a.mp4"), ...small, preset: "warp" as "fast" }), "USAGE", /warp/);
  const link = join(folder, "link.mp4");
  await symlink(input, link);
  const info = await probeVideo(input);
  await assertFails(openEncoder({ output: link, ...small, overwrite: true, source: { info } }), "OUTPUT_INVALID", /input/);
});

test("the standard input is read, whatever is in it", async () => {
  for (const file of ["ntsc.mp4", "transport.ts"] as const) {
    await using input = await openInput("-", { stdin: createReadStream(await clip(file)) });
    const info = await probeVideo(input);
    await using reader = await openDecoder(info);
    const output = join(folder, `stdin-${file}.mp4`);
    await using sink = await openEncoder({ output, width: reader.width, height: reader.height, source: { info, origin: await reader.origin() }, preset: "ultrafast" });
    for await (const frame of reader) await sink.write(frame);
    const { frames, audio } = await sink.finish();
    assert.equal(frames, (await videoFacts(usual, await clip(file))).frames);
    assert.equal(audio, "copied");
  }
});
