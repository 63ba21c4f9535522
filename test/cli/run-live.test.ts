import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { promisify } from "node:util";
import type { LiveSummary } from "../../src/server/run-live.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { DRIVER, PHOTO, until } from "../server/live-fixtures.js";
import { PROGRAM } from "./program.js";
import { runCli } from "./run-cli.js";

/** Busy machines are slow: milliseconds. */
const PATIENCE = 240_000;
const folder = await mkdtemp(join(tmpdir(), "reenact-run-live-")), { ffmpeg, ffprobe } = await mediaTools(), children: ChildProcess[] = [];
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

const run = promisify(execFile);

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1", TMPDIR: folder } });
  children.push(child);
  return child;
}

/** The program, until somebody interrupts it. */
function startCli(...args: readonly string[]) {
  const child = start(process.execPath, [...PROGRAM, "run", ...args, "--onto", PHOTO, "--max-side", "320", "--progress", "json"]);
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (part: string) => { said += part; });
  const end = Promise.all([text(child.stdout!), once(child, "close") as Promise<[number | null]>]).then(([stdout, [code]]) => ({ stdout, code }));
  return { child, end, shown: () => Number(/"frame":(\d+)(?!.*"frame")/s.exec(said)?.[1] ?? 0), said: () => said };
}

/** A camera's stand-in: the driver, again and again, in real time. */
function camera(...output: readonly string[]): ChildProcess {
  return start(ffmpeg.path, ["-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", DRIVER, ...output]);
}

async function frameTimes(file: string): Promise<number[]> {
  const { stdout } = await run(ffprobe.path, ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", file]);
  return stdout.trim().split(/\s+/).map(parseFloat).sort((a, b) => a - b);
}

/** Pictures that are not the one before once more, as far as an encoder leaves that to see. */
async function changes(file: string): Promise<number> {
  const { stderr } = await run(ffmpeg.path, ["-i", file, "-vf", "mpdecimate=hi=200:lo=100:frac=0.01,metadata=print", "-f", "null", "-"]);
  return Number(/frame=\s*(\d+)(?!.*frame=)/s.exec(stderr)?.[1]);
}

test("a stream is followed until Ctrl-C: a constant rate, the newest frames, and a file that can be played", async () => {
  const port = await freePort(), source = camera("-c:v", "mpeg2video", "-b:v", "3M", "-g", "15", "-c:a", "mp2", "-f", "mpegts", `udp://127.0.0.1:${port}?pkt_size=1316`);
  const output = join(folder, "stream.mp4"), program = startCli("-i", `udp://127.0.0.1:${port}`, "--live", "--fps", "20", "--size", "400x300", "--json", output);
  await until("frames to be shown", () => program.shown() > 40 || program.child.exitCode !== null, PATIENCE);
  assert.deepEqual((await readdir(folder, { recursive: true })).filter((name) => name.includes("sound")), [], "no sound is kept");
  program.child.kill("SIGINT");
  const { stdout, code } = await program.end;
  source.kill("SIGKILL");
  assert.equal(code, 0, program.said());
  const { to, pictures, rate, width, height, frames, seconds, delay, notes } = JSON.parse(stdout) as LiveSummary, times = await frameTimes(output);
  assert.deepEqual([to, rate, width, height], [output, 20, 400, 300]);
  assert.equal(times.length, pictures, "every picture that was sent is in the file");
  // What an encoder that starts slowly has no time for is told.
  const left = Number(/(\d+) of them were left out/.exec(notes.join())?.[1] ?? 0);
  assert.ok(Math.abs(pictures + left - rate * seconds) <= 1.2 * rate, `${pictures} pictures and ${left} left out in ${seconds} s`);
  times.forEach((time, i) => assert.ok(i === 0 || Math.abs(time - times[i - 1] - 1 / rate) < 0.002, `${time} after ${times[i - 1]}`));
  assert.ok(frames.shown > 40 && frames.shown + frames.left <= frames.came && frames.faces > 0.8 * frames.shown, JSON.stringify(frames));
  assert.ok(delay.p50 > 0 && delay.p50 < 2000, `${delay.p50} ms`);
  assert.match(notes.join(), /sound is left out/);
  const { stdout: tags } = await run(ffprobe.path, ["-v", "error", "-show_entries", "stream=codec_type,width,height:format_tags=comment", "-of", "json", output]);
  const { streams, format } = JSON.parse(tags) as { streams: object[]; format: { tags: { comment: string } } };
  assert.deepEqual(streams, [{ codec_type: "video", width: 400, height: 300 }]);
  assert.match(format.tags.comment, /trainedAlgorithmicMedia/);
  assert.ok((await changes(output)) > 10, "the photo moves");
});

test("a device is followed, and who listens gets the picture", async () => {
  const port = await freePort(), file = join(folder, "received.ts");
  start(ffmpeg.path, ["-v", "error", "-nostdin", "-i", `udp://127.0.0.1:${port}`, "-c", "copy", "-flush_packets", "1", file]);
  const driver = `movie=${DRIVER.replaceAll(":", "\\:")}:loop=0,setpts=N/FRAME_RATE/TB,realtime`;
  const program = startCli("-f", "lavfi", "-i", driver, "--no-mark", "-t", "60", `udp://127.0.0.1:${port}`);
  await until("pictures to arrive", async () => ((await stat(file).catch(() => undefined))?.size ?? 0) > 100_000 || program.child.exitCode !== null, PATIENCE);
  program.child.kill("SIGTERM");
  const { stdout, code } = await program.end;
  assert.equal(code, 0, program.said());
  assert.match(stdout, /^udp:\/\/127\.0\.0\.1:\d+: \d+ pictures in [\d.]+ s, 30 a second, 320×320, no sound; \d+ of \d+ frames shown/);
  const { stdout: size } = await run(ffprobe.path, ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", file]);
  assert.match(size, /^320,320/);
});

test("a file is followed at its own pace, to its end", async () => {
  const output = join(folder, "file.mkv"), program = startCli("-i", DRIVER, "--live", "-t", "3", "--json", output), { stdout, code } = await program.end;
  assert.equal(code, 0, program.said());
  const { frames, seconds, rate } = JSON.parse(stdout) as LiveSummary;
  assert.deepEqual([frames.came, rate], [90, 30]);
  assert.ok(seconds > 2.5, `played within ${seconds} s`);
  assert.equal((await frameTimes(output)).at(0), 0);
});

test("what cannot be followed, or sent to, is told in one sentence", async () => {
  const taken = join(folder, "taken.mp4"), none = join(folder, "none.mp4"), photo = ["--onto", PHOTO];
  await writeFile(taken, "mine");
  for (const [args, code, words] of [
    [["-i", "/dev/video99", ...photo, none], 10, /no camera `\/dev\/video99`/],
    [["-f", "lavfi", "-i", "nothing-like-it", ...photo, none], 11, /gives no pictures/],
    [["-i", DRIVER, ...photo, "--live", taken], 21, /taken\.mp4` exists already/],
    [["-i", DRIVER, ...photo, "--live", "-y", DRIVER], 20, /also an input/],
    [["-i", DRIVER, ...photo, "v4l2:/dev/video99"], 20, /modprobe/],
    [["-i", DRIVER, ...photo, "--to", "rtmp://127.0.0.1/live", none], 2, /comes last, without --to/],
    [["-i", DRIVER, ...photo, "--fps", "10", none], 2, /add --live/],
    [["-i", DRIVER, ...photo, "--crf", "10", "--live", none], 2, /leave them out/],
    [["-i", DRIVER, ...photo, "--live", "frame-%05d.png"], 20, /rtmp:\/\//],
  ] as const) {
    const { code: ended, stderr } = await runCli(["run", ...args]);
    assert.equal(ended, code, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, words);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
  assert.ok(!(await readdir(folder)).includes("none.mp4"));
});
