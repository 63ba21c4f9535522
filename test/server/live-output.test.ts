import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import sharp from "sharp";
import { Content } from "../../src/client/index.js";
import { outputPicture } from "../../src/server/output-picture.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { resolveLiveTarget } from "../../src/streams/live-target.js";
import { connect, driverFrames, PHOTO, startServer, toJpeg, until } from "./live-fixtures.js";

/** Busy machines are slow: milliseconds. */
const PATIENCE = 240_000;
const RATE = 20, LOOK = { width: 640, height: 360, background: "#00b140", mark: true };
let folder: string, frame: Buffer, ffmpeg: string, ffprobe: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "reenact-output-"));
  frame = await toJpeg((await driverFrames(1))[0]);
  const tools = await mediaTools();
  [ffmpeg, ffprobe] = [tools.ffmpeg.path, tools.ffprobe.path];
});
after(() => rm(folder, { recursive: true, force: true }));

const run = promisify(execFile);

async function frameTimes(file: string): Promise<number[]> {
  const { stdout } = await run(ffprobe, ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", file]);
  return stdout.trim().split(/\s+/).map(parseFloat).sort((a, b) => a - b);
}

/** The n-th picture of a video, RGB. */
async function picture(file: string, n: number): Promise<Buffer> {
  const { stdout } = await run(ffmpeg, ["-v", "error", "-i", file, "-vf", `select=eq(n\\,${n})`, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], { encoding: "buffer", maxBuffer: 1 << 24 });
  return stdout;
}

const difference = (a: Buffer, b: Buffer): number => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test("a file gets pictures at a constant rate, the last one again where none is new, and says that they are synthetic", async () => {
  const to = join(folder, "live.mp4"), server = await startServer({ output: { to, rate: RATE, ...LOOK } });
  const started = performance.now();
  const { client, results } = await connect(server, { settings: { view: "face" } });
  await until("a picture", () => {
    if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: frame }); // while the view is made, frames are dropped
    return results.length > 0;
  }, PATIENCE);
  await until("the last answer", () => client.unanswered === 0, PATIENCE);
  // Nothing new meanwhile. A busy machine's file is behind by a fragment (2 s), what the encoder looks ahead and what waits for it.
  const written = (await frameTimes(to)).length;
  await until("the last picture, again and again", async () => (await frameTimes(to)).length >= written + 6 * RATE, PATIENCE);
  await client.close();
  await server.close();
  const lasted = (performance.now() - started) / 1000, times = await frameTimes(to);
  assert.ok(times.length <= RATE * (lasted + 4), `${times.length} pictures in ${lasted} s`);
  times.forEach((time, i) => assert.ok(i === 0 || Math.abs(time - times[i - 1] - 1 / RATE) < 0.002, `${time} after ${times[i - 1]}`));
  const { stdout } = await run(ffprobe, ["-v", "error", "-show_entries", "stream=codec_type,width,height:format_tags=comment", "-of", "json", to]);
  type Facts = { readonly streams: { codec_type: string; width: number; height: number }[]; readonly format: { tags: { comment: string } } };
  const { streams: [{ width, height }, ...others], format } = JSON.parse(stdout) as Facts;
  assert.deepEqual([width, height, others.map(({ codec_type: kind }) => kind)], [640, 360, ["audio"]]);
  assert.match(format.tags.comment, /trainedAlgorithmicMedia/);
  const [photo, last, before] = [await picture(to, 0), await picture(to, times.length - 1), await picture(to, times.length - RATE)];
  assert.ok(difference(last, before) < 0.5, "the last picture stays");
  assert.ok(difference(photo, last) > 2, "before it, the photo was sent");
  assert.ok(difference(photo, await outputPicture(await sharp(PHOTO).resize(320).jpeg().toBuffer(), 0, LOOK)) < 4);
  await assert.rejects(startServer({ output: { to, rate: RATE, ...LOOK } }), { code: "OUTPUT_EXISTS" });
});

for (const [name, url, listen] of [
  ["rtmp", (port: number) => `rtmp://127.0.0.1:${port}/live/a-secret`, (port: number) => ["-listen", "1", "-f", "flv", "-i", `rtmp://127.0.0.1:${port}/live/a-secret`]],
  ["srt", (port: number) => `srt://127.0.0.1:${port}`, (port: number) => ["-f", "mpegts", "-i", `srt://127.0.0.1:${port}?mode=listener`]],
] as const) {
  test(`who listens by ${name} gets the picture, also when it comes late, and again when it was gone`, async (t) => {
    const { stdout } = await run(ffmpeg, ["-v", "error", "-protocols"]);
    if (!stdout.split(/\s+/).includes(name)) return t.skip(`this ffmpeg has no ${name}`);
    const port = await freePort(), notes: string[] = [], listeners: ChildProcess[] = [];
    const server = await startServer({ output: { to: url(port), rate: RATE, ...LOOK }, onNote: (note) => { if (note.startsWith("Nobody")) notes.push(note); } });
    try {
      await until("that nobody listens to be told", () => notes.length > 0, PATIENCE);
      assert.match(notes[0], /Nobody takes the picture/);
      assert.ok(!notes[0].includes("secret"), "the key of a stream is told to nobody");
      for (const n of [1, 2]) {
        const file = join(folder, `${name}-${n}.mkv`), listener = spawn(ffmpeg, ["-v", "error", ...listen(port), "-c", "copy", "-flush_packets", "1", file], { stdio: ["pipe", "ignore", "inherit"] });
        listeners.push(listener);
        const gone = once(listener, "exit");
        await until(`pictures at listener ${n}`, async () => ((await stat(file).catch(() => undefined))?.size ?? 0) > 20_000, PATIENCE);
        listener.kill("SIGKILL");
        await gone;
        assert.ok(difference(await picture(file, 0), await outputPicture(await sharp(PHOTO).resize(320).jpeg().toBuffer(), 0, LOOK)) < 6);
      }
    } finally {
      for (const listener of listeners) listener.kill("SIGKILL");
      await server.close();
    }
  });
}

test("the mark is on what is synthetic; without it a picture is itself", async () => {
  const grey = await sharp({ create: { width: 400, height: 200, channels: 3, background: "#808080" } }).png().toBuffer();
  const options = { width: 400, height: 200, background: "#000000", mark: true };
  const plain = await outputPicture(grey, 0, { ...options, mark: false });
  assert.ok(plain.every((value) => Math.abs(value - 128) <= 1));
  const columns = async (beside: number) => {
    const marked = await outputPicture(grey, beside, options), touched = Array.from({ length: marked.length / 3 }, (_, i) => i).filter((i) => Math.abs(marked[3 * i] - 128) > 1);
    assert.ok(touched.every((i) => Math.floor(i / 400) > 150), "at the bottom");
    assert.ok(touched.some((i) => marked[3 * i] === 255), "white letters");
    return [Math.min(...touched.map((i) => i % 400)), Math.max(...touched.map((i) => i % 400))];
  };
  const [left, right] = await columns(0);
  assert.ok(left < 15 && right < 120, `${left} to ${right}`);
  assert.ok((await columns(250))[0] >= 250);
  assert.equal((await outputPicture(undefined, 0, options)).length, 3 * 400 * 200);
});

test("what pictures cannot be sent to is told with what can", async () => {
  const device = join(folder, "video9");
  await writeFile(device, "");
  for (const [to, words] of [
    ["v4l2:/dev/video-none", /modprobe v4l2loopback/], [`v4l2:${device}`, /modprobe v4l2loopback video_nr=9/], ["whip://example.org", /rtmp:\/\//], ["live.gif", /rtmp:\/\//], ["frame-%05d.png", /rtmp:\/\//],
    ["nowhere/live.mp4", /does not exist/], ["live", /mp4/],
  ] as const) {
    await assert.rejects(resolveLiveTarget(to), ({ code, message }: { code: string; message: string }) => code === "OUTPUT_INVALID" && words.test(message), to);
  }
  const { ffmpeg: tool } = await mediaTools(), whip = resolveLiveTarget("whip:https://a.example/room/secret");
  if ((await tool.muxers()).has("whip")) assert.equal((await whip).label, "whip:https://a.example");
  else await assert.rejects(whip, ({ code, message }: { code: string; message: string }) => code === "OUTPUT_INVALID" && /WHIP.*FFMPEG_PATH/.test(message) && !message.includes("secret"));
  const muxers = await tool.muxers();
  assert.ok(["mp4", "matroska", "mpegts", "flv"].every((name) => muxers.has(name)), [...muxers].join());
  assert.equal((await resolveLiveTarget("rtmps://a.example/app/key")).label, "rtmps://a.example");
});
