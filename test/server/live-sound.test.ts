import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import sharp from "sharp";
import { WebSocket } from "ws";
import { Content, LiveClient, MOST_SOUND, SOUND_RATE } from "../../src/client/index.js";
import { encodeJson, encodeMessage, Kind } from "../../src/client/protocol.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { noBrowser, openBrowser, PATIENCE, visit } from "./browser.js";
import { cameraClip } from "./camera-clip.js";
import { connect, driverFrames, liveUrl, startServer, until } from "./live-fixtures.js";

const RATE = 30, LOOK = { width: 320, height: 180, background: "#000000", mark: false };
/** Milliseconds between two flashes with a click, of a flash, and of a piece of sound; and how many there are. */
const EVERY = 1500, FLASH = 200, PIECE = 20, TIMES = 5;
let folder: string, ffmpeg: string, dark: Buffer, light: Buffer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "reenact-sound-"));
  ffmpeg = (await mediaTools()).ffmpeg.path;
  const [frame] = await driverFrames(1), black = { create: { width: frame.width, height: frame.height, channels: 3, background: "#000" } } as const;
  dark = await sharp(black).jpeg().toBuffer();
  light = await sharp({ create: { ...black.create, background: "#fff" } }).jpeg().toBuffer();
});
after(() => rm(folder, { recursive: true, force: true }));

const run = promisify(execFile);
const output = async (...args: string[]): Promise<Buffer> => (await run(ffmpeg, ["-v", "error", ...args, "-"], { encoding: "buffer", maxBuffer: 1 << 28 })).stdout;

/** A file's sound, mono, {@link SOUND_RATE}. */
async function soundOf(file: string): Promise<Int16Array> {
  const bytes = await output("-i", file, "-vn", "-af", "aresample=async=1:first_pts=0", "-f", "s16le", "-ac", "1", "-ar", String(SOUND_RATE));
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 2)));
}

/** Seconds at which something begins: values above `limit` after `quiet` seconds without. */
function begins(values: ArrayLike<number>, rate: number, limit: number, quiet = 0.5): number[] {
  const times: number[] = [];
  let last = -Infinity;
  for (let n = 0; n < values.length; n++) {
    if (Math.abs(values[n]) < limit) continue;
    if (n / rate - last > quiet) times.push(n / rate);
    last = n / rate;
  }
  return times;
}

test("a click and a flash of one moment leave within 50 ms of each other, and nothing is heard of a pause", { timeout: 2 * PATIENCE }, async (t) => {
  const to = join(folder, "flash.mp4"), server = await startServer({ output: { to, rate: RATE, ...LOOK }, limits: { maxSide: 96 } });
  const { client, results } = await connect(server, { settings: { view: "side-by-side" } });
  assert.equal(client.welcome?.sound, true);
  const show = (picture: Buffer) => { if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: picture }); };
  await until("pictures", () => (show(dark), results.length > 5), PATIENCE);
  const began = performance.now();
  let heard = 0, flashed = 0;
  while (flashed < TIMES || performance.now() - began < EVERY * TIMES + FLASH) {
    const now = performance.now() - began, since = now % EVERY, flash = now > EVERY && since < FLASH;
    if (flash && client.unanswered < 3) flashed = Math.floor(now / EVERY);
    show(flash ? light : dark);
    for (; heard + PIECE <= now; heard += PIECE) {
      const samples = Int16Array.from({ length: (PIECE * SOUND_RATE) / 1000 }, (_, i) => {
        const at = heard + (1000 * i) / SOUND_RATE;
        return at > EVERY && at % EVERY < FLASH ? Math.round(20_000 * Math.sin(i / 8)) : 0;
      });
      assert.ok(client.sendSound(began + heard, samples));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 / RATE));
  }
  client.pause();
  assert.equal(client.sendSound(performance.now(), new Int16Array(960)), false);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await client.close();
  await server.close();

  const pixels = await output("-i", to, "-an", "-vf", `fps=${RATE},scale=32:18`, "-f", "rawvideo", "-pix_fmt", "gray");
  // What the camera sees is on the left.
  const brightness = Array.from({ length: pixels.length / (32 * 18) }, (_, n) => pixels[n * 32 * 18 + 9 * 32 + 6]);
  const flashes = begins(brightness, RATE, 128), clicks = begins(await soundOf(to), SOUND_RATE, 3000);
  assert.ok(flashes.length >= TIMES - 1 && Math.abs(flashes.length - clicks.length) <= 1, `${flashes.length} flashes and ${clicks.length} clicks`);
  // On a machine with much to do single frames are late, and nobody could know that beforehand.
  const apart = clicks.map((click) => flashes.map((flash) => 1000 * (flash - click)).reduce((best, one) => (Math.abs(one) < Math.abs(best) ? one : best)));
  t.diagnostic(`flashes after their clicks, ms: ${apart.map((ms) => ms.toFixed(0)).join(", ")}`);
  const middle = apart.sort((a, b) => a - b)[apart.length >> 1];
  assert.ok(Math.abs(middle) <= 50, `${middle.toFixed(0)} ms apart`);
});

test("a server that sends no picture on takes no sound; sound that is none, or too much of it, ends the session that sends it", async () => {
  const server = await startServer({ photo: undefined });
  try {
    const client = new LiveClient(liveUrl(server), { onResult: () => {}, attempts: 1 });
    assert.equal((await client.connect()).sound, false);
    assert.equal(client.sendSound(0, new Int16Array(960)), false);
    await client.close();
    const told = async (messages: Iterable<Uint8Array>) => {
      const socket = new WebSocket(liveUrl(server), ["reenact.v1"]), closed = once(socket, "close");
      await once(socket, "open");
      socket.send(encodeJson(Kind.hello, {}));
      for (const message of messages) socket.send(message);
      return (await closed)[0] as number;
    };
    for (const length of [0, 3, 2 * MOST_SOUND + 2]) assert.equal(await told([encodeMessage(Kind.sound, { payload: new Uint8Array(length) })]), 4400, `${length} bytes`);
    assert.equal(await told(Array.from({ length: 1000 }, () => encodeMessage(Kind.sound, { payload: new Uint8Array(2) }))), 4429);
  } finally {
    await server.close();
  }
});

test("the page's switch sends the microphone along, and nothing is heard while it is off", { skip: noBrowser, timeout: 4 * PATIENCE }, async () => {
  const to = join(folder, "page.mkv"), server = await startServer({ output: { to, rate: RATE, ...LOOK }, modelDir: folder, limits: { maxSide: 96 } });
  const context = await openBrowser(join(folder, "profile"), await cameraClip(folder));
  let on: number;
  try {
    const page = await context.newPage();
    await visit(page, server.url);
    await page.locator("#status[data-state=live]").waitFor();
    const box = page.getByLabel("Send the microphone where the server sends the picture");
    assert.equal(await box.isChecked(), false);
    await page.waitForTimeout(3000);
    const opened = performance.now();
    await box.check();
    await page.waitForTimeout(6000);
    await box.uncheck();
    await page.waitForTimeout(1500);
    on = (performance.now() - opened) / 1000;
  } finally {
    await context.close();
    await server.close();
  }
  const sound = await soundOf(to), beeps = begins(sound, SOUND_RATE, 1000, 0.1), whole = sound.length / SOUND_RATE;
  assert.ok(beeps.length >= 2, `${beeps.length} beeps of the browser's microphone`);
  assert.ok(beeps.every((time) => time > whole - on - 4), `beeps at ${beeps.join(", ")} of ${whole} s, switched on ${on} s before the end`);
  assert.ok(sound.subarray(0, 2 * SOUND_RATE).every((sample) => Math.abs(sample) < 50), "silent before");
});
