import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { displaySize, matrixOf, rotationOf } from "../../src/streams/probe-parse.js";
import { clipMaker } from "./clips.js";
import { assertFails, everyToolSet, temporaryFolder } from "./media.js";
import { withinOnce } from "../helpers/within-once.js";

const folder = await temporaryFolder();
const clip = clipMaker(folder, await mediaTools());

for (const { name, tools } of await everyToolSet()) {
  test(`facts of clips, ${name}`, async () => {
    const film = await probeVideo(await clip("film.mp4"), { tools });
    assert.deepEqual([film.width, film.height, film.codec, film.rotation], [160, 120, "h264", 0]);
    assert.deepEqual([film.rFrameRate, film.avgFrameRate], [{ num: 24000, den: 1001 }, { num: 24000, den: 1001 }]);
    assert.equal(film.isVariable, false);
    assert.equal(film.frameCount, 36);
    assert.ok(Math.abs((film.duration ?? 0) - 1.5015) < 1e-3);
    assert.deepEqual(film.audio.map(({ codec, channels, sampleRate }) => [codec, channels, sampleRate]), [["aac", 1, 44100]]);
    assert.deepEqual(film.notes, []);

    const phone = await probeVideo(await clip("phone.mp4"), { tools });
    assert.deepEqual([phone.width, phone.height], [120, 160]);
    assert.ok(phone.rotation === 90 || phone.rotation === 270);

    const wide = await probeVideo(await clip("anamorphic.mp4"), { tools });
    assert.deepEqual([wide.width, wide.height], [256, 120]);

    assert.equal((await probeVideo(await clip("variable.mp4"), { tools })).isVariable, true);
    assert.deepEqual((await probeVideo(await clip("silent.mp4"), { tools })).audio, []);
    assert.equal((await probeVideo(await clip("one-frame.mp4"), { tools })).frameCount, 1);
    assert.ok((await probeVideo(await clip("transport.ts"), { tools })).start > 90);
    assert.ok(((await probeVideo(await clip("late-sound.mp4"), { tools })).audio[0]?.start ?? 0) > 0.4);
  });
}

test("each kind of unusable input has its own sentence", async () => {
  await assertFails(probeVideo(join(folder, "nothing.mp4")), "INPUT_NOT_FOUND", /nothing\.mp4/);
  await assertFails(probeVideo(folder), "INPUT_UNREADABLE", /folder/);
  await assertFails(probeVideo(await clip("empty.mp4")), "INPUT_EMPTY", /0 bytes/);
  await assertFails(probeVideo(await clip("text.mp4")), "INPUT_UNREADABLE");
  await assertFails(probeVideo(await clip("moov-missing.mp4")), "INPUT_UNREADABLE", /cut off/);
  await assertFails(probeVideo(await clip("sound-only.m4a")), "INPUT_UNREADABLE", /audio/);
  await assertFails(probeVideo("http://127.0.0.1:1/none.mp4"), "INPUT_UNREADABLE");
});

for (const kind of ["mp4", "mkv"] as const) {
  test(`a file cut off behind its index is used, with a note, or refused where it must be whole: ${kind}`, async () => {
    const info = await probeVideo(await clip(`tail-missing.${kind}`));
    assert.match(info.notes.join(), /bytes are missing/);
    await assertFails(probeVideo(await clip(`tail-missing.${kind}`), { whole: true }), "INPUT_UNREADABLE", /bytes are missing/);
  });
}

test("whole files are told from those cut off, also where a Matroska's writer could not go back to write its size", async () => {
  assert.deepEqual((await probeVideo(await clip("ntsc.mp4"), { whole: true })).notes, []);
  const whole = await clip("film.mkv"), piped = join(folder, "piped.mkv");
  assert.deepEqual((await probeVideo(whole, { whole: true })).notes, []);
  const bytes = await readFile(whole), size = bytes.indexOf(Buffer.from("18538067", "hex")) + 4;
  bytes.set([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], size);
  await writeFile(piped, bytes);
  assert.deepEqual((await probeVideo(piped, { whole: true })).notes, []);
  await writeFile(piped, bytes.subarray(0, 0.6 * bytes.length));
  await assertFails(probeVideo(piped, { whole: true }), "INPUT_UNREADABLE", /bytes are missing/);
});

test("a server that has no such file, and one that never answers", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/missing.mp4") response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    await assertFails(probeVideo(`http://127.0.0.1:${port}/missing.mp4`), "INPUT_NOT_FOUND", /404/);
    await withinOnce(4000, "30 s where nothing else is asked for", async () => {
      const before = performance.now();
      await assertFails(probeVideo(`http://127.0.0.1:${port}/slow.mp4`, { timeoutMs: 500 }), "INPUT_UNREADABLE", /did not answer/);
      return performance.now() - before;
    });
    const aborted = probeVideo(`http://127.0.0.1:${port}/slow.mp4`, { signal: AbortSignal.timeout(200) });
    await assertFails(aborted, "ABORTED");
    await new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    });
    // Nobody listens there any more.
    await assertFails(probeVideo(`http://127.0.0.1:${port}/gone.mp4`), "INPUT_UNREADABLE", /cannot be reached/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("an animation that this ffmpeg does not decode is told as that", async () => {
  const path = join(folder, "anim.webp"), frames = await Promise.all(["red", "blue"].map((background) => sharp({ create: { width: 32, height: 32, channels: 3, background } }).png().toBuffer()));
  await sharp(frames, { join: { animated: true } }).webp({ loop: 0 }).toFile(path);
  // A newer ffmpeg may read it.
  const said = await probeVideo(path).then(() => undefined, (error: Error) => error.message);
  assert.doesNotMatch(said ?? "", /holds video/);
  if (said !== undefined) assert.match(said, /^`.*anim\.webp` (has a picture track \(webp\) but this ffmpeg cannot decode it|is no video)/);
});

test("rotation, display size and colour matrix from what files say", () => {
  assert.equal(rotationOf({ side_data_list: [{ rotation: -90 }], tags: undefined }), 90);
  assert.equal(rotationOf({ side_data_list: [{}, { rotation: 90 }], tags: { rotate: "0" } }), 270);
  assert.equal(rotationOf({ side_data_list: undefined, tags: { rotate: "180" } }), 180);
  assert.deepEqual(displaySize(720, 576, { num: 16, den: 15 }, 0), { width: 768, height: 576 });
  assert.deepEqual(displaySize(720, 576, { num: 16, den: 15 }, 90), { width: 576, height: 768 });
  assert.deepEqual(displaySize(1440, 540, { num: 1, den: 2 }, 0), { width: 1440, height: 1080 });
  assert.equal(matrixOf(undefined, "yuv420p", 640, 480), "bt601");
  assert.equal(matrixOf("unknown", "yuv420p", 1920, 1080), "bt709");
  assert.equal(matrixOf("bt2020nc", "yuv420p10le", 3840, 2160), "bt2020");
  assert.equal(matrixOf("gbr", "gbrp", 640, 480), undefined);
  assert.equal(matrixOf(undefined, "rgb24", 640, 480), undefined);
});
