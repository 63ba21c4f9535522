import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { captureDevice } from "../../src/streams/capture-device.js";
import { openDecoder } from "../../src/streams/decode.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { openInput } from "../../src/streams/media-input.js";
import { withAddress } from "../../src/streams/network-input.js";
import { probeVideo } from "../../src/streams/probe.js";
import { clipMaker } from "./clips.js";
import { assertFails, everyToolSet, ffmpeg, temporaryFolder } from "./media.js";

const folder = await temporaryFolder();
process.env["TMPDIR"] = folder; // elsewhere others read their standard inputs meanwhile
const usual = await mediaTools();
const clip = clipMaker(folder, usual);

async function countFrames(input: string): Promise<number> {
  const info = await probeVideo(input);
  await using reader = await openDecoder(info);
  let count = 0;
  for await (const frame of reader) count += frame.data.length > 0 ? 1 : 0;
  return count;
}

async function spools(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("reenact-input-"));
}

test("the standard input lies on disk only while it is open", async () => {
  const before = (await spools()).length;
  const path = await clip("ntsc.mp4");
  const input = await openInput("-", { stdin: createReadStream(path) });
  assert.ok(input.path);
  assert.deepEqual(await readFile(input.path), await readFile(path));
  assert.equal((await stat(input.path)).mode & 0o077, 0, "nobody else can read it");
  await input.close();
  await input.close();
  await assert.rejects(stat(dirname(input.path)), { code: "ENOENT" });
  await assertFails(openInput("-", { stdin: Readable.from([]) }), "INPUT_EMPTY");
  await assertFails(openInput("-", { stdin: Readable.from([Buffer.alloc(1000)]), maxSpoolBytes: 999 }), "INPUT_UNREADABLE", /999 bytes/);
  const broken = new PassThrough();
  setTimeout(() => broken.destroy(new Error("cable")), 100);
  await assertFails(openInput("-", { stdin: broken }), "INPUT_UNREADABLE", /broke off/);
  const [silent, abort] = [new PassThrough(), new AbortController()];
  setTimeout(() => abort.abort(), 100);
  await assertFails(openInput("-", { stdin: silent, signal: abort.signal }), "ABORTED");
  assert.ok(silent.destroyed, "nobody waits for it any more");
  assert.equal((await spools()).length, before);
});

test("names that look like something else are files, and sequences of pictures are videos", async () => {
  const path = await clip("silent.mp4");
  for (const name of ["a file: with %d and spaces.mp4", "-dash.mp4", "10% [x].mp4"]) {
    await ffmpeg(usual, "-i", path, "-c", "copy", "-f", "mp4", `file:${join(folder, name)}`);
    assert.equal(await countFrames(join(folder, name)), 25, name);
  }
  assert.equal(await countFrames(pathToFileURL(path).href), 25);
  assert.equal(await countFrames(`file:${path}`), 25);
  await ffmpeg(usual, "-i", path, "-frames:v", "5", join(folder, "still-%03d.png"));
  assert.equal(await countFrames(join(folder, "still-%03d.png")), 5);
  await assertFails(probeVideo(join(folder, "missing-%03d.png")), "INPUT_NOT_FOUND");
});

test("what is being made up, filmed or shown on a screen is an input that plays now", async () => {
  const info = await probeVideo("lavfi:testsrc=size=128x96:rate=10,realtime");
  await using input = info.input;
  assert.deepEqual([input.live, input.path, info.width, info.height], [true, undefined, 128, 96]);
  const started = performance.now();
  await using reader = await openDecoder(info, { end: 1, realtime: true });
  let count = 0;
  for await (const frame of reader) count += frame.data.length > 0 ? 1 : 0;
  assert.equal(count, 10);
  assert.ok(performance.now() - started > 800, "in its own time");
  assert.deepEqual(captureDevice("/dev/video3"), { format: "v4l2", name: "/dev/video3" });
  assert.deepEqual(captureDevice("x11grab::0.0+10,20"), { format: "x11grab", name: ":0.0+10,20" });
  assert.deepEqual((await openInput("dshow:video=A Camera", { frameRate: "30" })).options, ["-f", "dshow", "-framerate", "30"]);
  for (const none of ["video.mp4", "/dev/null", "C:\\lavfi.mp4", "rtsp://v4l2:1@host/", "v4l2:"]) assert.equal(captureDevice(none), undefined, none);
  await assertFails(openInput("/dev/video99"), "INPUT_NOT_FOUND", /camera/);
  await assertFails(openInput("lavfi:testsrc", { frameRate: "30" }), "USAGE", /-r/);
  await assertFails(probeVideo("lavfi:no_such_source"), "INPUT_UNREADABLE", /gives no pictures/);
});

test("an address with a host name works with every ffmpeg", async () => {
  const content = await readFile(await clip("silent.mp4"));
  const server = createServer((request, response) => {
    if (request.url !== "/silent.mp4") return void response.writeHead(404).end();
    const [, from = "0"] = /bytes=(\d+)-/.exec(request.headers.range ?? "") ?? [];
    const part = content.subarray(Number(from));
    const range = { "Accept-Ranges": "bytes", "Content-Range": `bytes ${from}-${content.length - 1}/${content.length}`, "Content-Length": part.length };
    response.writeHead(request.headers.range === undefined ? 200 : 206, range).end(part);
  });
  server.listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  try {
    for (const { name, tools } of await everyToolSet()) {
      const info = await probeVideo(`http://localhost:${port}/silent.mp4`, { tools });
      await using input = info.input;
      assert.ok(input.label.startsWith("http"));
      await using reader = await openDecoder(info, { tools });
      let count = 0;
      for await (const frame of reader) count += frame.data.length > 0 ? 1 : 0;
      assert.equal(count, 25, name);
      await assertFails(probeVideo(`http://localhost:${port}/missing.mp4`, { tools }), "INPUT_NOT_FOUND", /404/);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("host names become addresses, and nothing else in a URL changes", async () => {
  assert.match(await withAddress("rtsp://me:secret@localhost:8554/cam?a=b"), /^rtsp:\/\/me:secret@(127\.0\.0\.1|\[::1\]):8554\/cam\?a=b$/);
  assert.equal(await withAddress("rtsp://10.0.0.1:8554/cam"), "rtsp://10.0.0.1:8554/cam");
  assert.equal(await withAddress("udp://@:1234"), "udp://@:1234");
  await assertFails(withAddress("rtsp://no-such-host.invalid/cam"), "INPUT_UNREADABLE", /no-such-host/);
});
