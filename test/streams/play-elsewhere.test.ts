import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openDecoder } from "../../src/streams/decode.js";
import { openEncoder } from "../../src/streams/encode.js";
import { mediaTools, parseDecodable, type MediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { clipMaker } from "./clips.js";
import { assertFails, audioPackets, everyToolSet, ffmpeg, temporaryFolder, videoFacts } from "./media.js";

const folder = await temporaryFolder(), maker = await mediaTools(), clip = clipMaker(folder, maker);
const indexFirst = join(folder, "first.mp4");
await ffmpeg(maker, "-i", await clip("film.mp4"), "-c", "copy", "-movflags", "+faststart", indexFirst);

/** A copy of a file with its bytes changed. */
async function changed(from: string, name: string, change: (bytes: Buffer) => void): Promise<string> {
  const bytes = await readFile(from), path = join(folder, name);
  change(bytes);
  await writeFile(path, bytes);
  return path;
}

const mdatTooLong = await changed(indexFirst, "mdat.mp4", (bytes) => {
  const at = bytes.lastIndexOf("mdat") - 4;
  bytes.writeUInt32BE(bytes.readUInt32BE(at) + 8, at);
});
const soundWithoutStsd = await changed(indexFirst, "stsd.mp4", (bytes) => bytes.write("free", bytes.indexOf("stsd", bytes.indexOf("soun")), "latin1"));
/** The picture track as if it were of another codec. */
const coded = (tag: string) => changed(indexFirst, `${tag}.mp4`, (bytes) => {
  bytes.write(tag, bytes.indexOf("avc1", bytes.indexOf("stsd")), "latin1");
  bytes.write("zzzC", bytes.indexOf("avcC"), "latin1");
});

/** A copy with a box that says that its pictures are Dolby Vision's of a profile; their colours make sense to others where they are compatible. */
async function dolbyVision(profile: number, compatible: number): Promise<string> {
  const bytes = await readFile(await clip("film.mp4")), path = join(folder, `dolby-${profile}.mp4`), box = Buffer.alloc(32);
  // Dolby Vision within ISO base media: version 1.0, profile, level 1, with an RPU and a base layer.
  box.writeUInt32BE(32, 0);
  box.write("dvcC", 4, "latin1");
  box.writeUInt8(1, 8);
  box.writeUInt16BE((profile << 9) | (1 << 3) | 0b101, 10);
  box.writeUInt8(compatible << 4, 12);
  // The index comes last: nothing that lies before it moves.
  const moov = bytes.lastIndexOf("moov") - 4, inside = bytes.indexOf("avcC", moov) - 4;
  for (const type of ["moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1"]) {
    const at = bytes.lastIndexOf(type, inside) - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(at) + box.length, at);
  }
  await writeFile(path, Buffer.concat([bytes.subarray(0, inside), box, bytes.subarray(inside)]));
  return path;
}

/** Copies a video frame by frame, as a job does. */
async function copy(path: string, output: string, tools: MediaTools) {
  const info = await probeVideo(path, { tools, whole: true });
  await using decoder = await openDecoder(info, { tools });
  const sink = await openEncoder({ output, width: info.width, height: info.height, source: { info, origin: await decoder.origin() }, overwrite: true, tools, preset: "ultrafast" });
  for await (const frame of decoder) await sink.write(frame);
  return sink.finish();
}

for (const { name, tools } of await everyToolSet()) {
  test(`an mp4 whose mdat says more than the file has is whole when its samples are, ${name}`, async () => {
    assert.deepEqual((await probeVideo(mdatTooLong, { tools, whole: true })).notes, []);
    const output = join(folder, "whole.mp4"), { frames, notes } = await copy(mdatTooLong, output, tools);
    assert.deepEqual([frames, notes], [36, []]);
    assert.deepEqual((await audioPackets(maker, output)).hashes, (await audioPackets(maker, indexFirst)).hashes);
  });

  test(`samples that are missing are missing, and so they are counted, ${name}`, async () => {
    const bytes = await readFile(mdatTooLong), path = join(folder, "cut.mp4");
    await writeFile(path, bytes.subarray(0, -5));
    await assertFails(probeVideo(path, { tools, whole: true }), "INPUT_UNREADABLE", /\b5 of its bytes are missing/);
  });

  test(`a sound track that nobody can decode is left out, with a note, ${name}`, async () => {
    for (const extension of ["mp4", "webm"]) {
      const output = join(folder, `silent.${extension}`), { frames, audio, notes } = await copy(soundWithoutStsd, output, tools);
      assert.deepEqual([frames, audio], [36, "none"]);
      assert.match(notes.join(), /^The sound is left out: its codec \(unknown\)/);
      assert.deepEqual((await audioPackets(maker, output)).codec, "none");
    }
  });

  test(`a codec that this ffmpeg does not read is named, ${name}`, async () => {
    await assertFails(probeVideo(await coded("zzz1"), { tools }), "INPUT_UNREADABLE", /unknown codec \(zzz1\), which this ffmpeg .* does not read/);
    if (!(await tools.ffmpeg.decodable()).has("vvc")) await assertFails(probeVideo(await coded("vvc1"), { tools }), "INPUT_UNREADABLE", /is VVC \(H\.266\), which this ffmpeg/);
  });

  test(`Dolby Vision that only its own players read is told so, ${name}`, async () => {
    const own = await dolbyVision(5, 0);
    assert.deepEqual((await probeVideo(own, { tools })).notes, [`\`${own}\` is Dolby Vision of profile 5, whose colours are not read: it is taken in wrong colours; a copy in HDR10, HLG or SDR is read better.`]);
    assert.equal((await copy(own, join(folder, "dolby.mp4"), tools)).frames, 36);
    assert.deepEqual((await probeVideo(await dolbyVision(8, 4), { tools })).notes, []);
  });

  test(`what is encrypted is told so, in fragments and in one piece; sound alone is left out, ${name}`, async () => {
    const key = "00112233445566778899aabbccddeeff", encrypt = ["-c", "copy", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key];
    for (const more of [[], ["-movflags", "frag_keyframe+empty_moov"]]) {
      const path = join(folder, "encrypted.mp4");
      await ffmpeg(maker, "-i", indexFirst, ...encrypt, ...more, path);
      await assertFails(probeVideo(path, { tools }), "INPUT_UNREADABLE", /encrypted/);
    }
    const sound = await changed(join(folder, "encrypted.mp4"), "sound.mp4", (bytes) => bytes.write("avc1", bytes.indexOf("encv"), "latin1"));
    assert.deepEqual((await probeVideo(sound, { tools })).audio.map(({ codec }) => codec), ["encrypted"]);
  });
}

test("what ffmpeg decodes is read off its list", () => {
  const list = " D..... = Decoding supported\n -------\n DEV.LS h264                 H.264 (decoders: h264 )\n ..V.L. vvc                  VVC\n D.A.L. ac4                  AC-4\n";
  assert.deepEqual([...parseDecodable(list)], ["h264", "ac4"]);
});

const cases = fileURLToPath(new URL("../../../shared/cases", import.meta.url));
test("files of that kind as they are found", { skip: existsSync(cases) ? false : "no ../shared/cases" }, async () => {
  assert.deepEqual((await probeVideo(join(cases, "mdat-too-long.mp4"), { whole: true })).notes, []);
  assert.equal((await copy(join(cases, "sound-without-stsd.mp4"), join(folder, "found.mp4"), maker)).audio, "none");
  assert.equal((await videoFacts(maker, join(folder, "found.mp4"))).frames, 30);
  if (!(await maker.ffmpeg.decodable()).has("vvc")) await assertFails(probeVideo(join(cases, "vvc.mp4")), "INPUT_UNREADABLE", /VVC/);
});
