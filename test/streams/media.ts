import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";
import { ReenactError, type ErrorCode } from "../../src/errors.js";
import { mediaTools, type MediaTools } from "../../src/streams/ffmpeg-path.js";

const run = promisify(execFile);

/** A folder that is removed when the test file is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "reenact-test-"));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The ffmpeg found first, and the one that npm carries where that is another: everything has to work with both. */
export async function everyToolSet(): Promise<{ name: string; tools: MediaTools }[]> {
  const first = await mediaTools();
  const npm = await npmTools();
  const sets = [{ name: `ffmpeg ${first.ffmpeg.version} (${first.ffmpeg.origin})`, tools: first }];
  if (npm !== undefined && npm.ffmpeg.path !== first.ffmpeg.path) sets.push({ name: `ffmpeg ${npm.ffmpeg.version} (npm)`, tools: npm });
  return sets;
}

async function npmTools(): Promise<MediaTools | undefined> {
  const path = process.env["PATH"];
  // Without a PATH only the packages are left.
  process.env["PATH"] = "";
  try {
    return await mediaTools();
  } catch {
    return undefined;
  } finally {
    process.env["PATH"] = path;
  }
}

/** Runs ffmpeg quietly, overwriting. */
export async function ffmpeg(tools: MediaTools, ...args: string[]): Promise<void> {
  await run(tools.ffmpeg.path, ["-v", "error", "-nostdin", "-y", ...args], { env: { ...process.env, ...tools.ffmpeg.env } });
}

/** A hash of all decoded pictures of a file. */
export async function decodedHash(tools: MediaTools, path: string): Promise<string> {
  const { stdout } = await run(tools.ffmpeg.path, ["-v", "error", "-nostdin", "-i", path, "-map", "0:v", "-f", "md5", "-"], { env: { ...process.env, ...tools.ffmpeg.env } });
  return stdout.trim();
}

/** The option that keeps every frame's own time, as this ffmpeg calls it. */
export function passThrough(tools: MediaTools): string[] {
  const [major, minor] = tools.ffmpeg.codecVersion;
  return [major > 59 || (major === 59 && minor >= 37) ? "-fps_mode" : "-vsync", "passthrough"];
}

/** What ffprobe says, with every packet of one kind of stream. */
export interface Facts {
  rFrameRate: string;
  codec: string;
  width: number;
  height: number;
  /** Decoded one by one. */
  frames: number;
  /** Seconds, of the stream where stated. */
  duration: number;
  formatDuration: number;
  /** Presentation times of the pictures in order, seconds. */
  times: number[];
  tags: Record<string, string>;
  colour: string;
}

interface StreamProbe {
  codec_name: string;
  r_frame_rate: string;
  width: number;
  height: number;
  nb_read_frames?: string;
  duration?: string;
  color_space?: string;
  color_range?: string;
}

interface Probe {
  streams: StreamProbe[];
  format: { duration?: string; tags?: Record<string, string> };
  frames?: { best_effort_timestamp_time: string }[];
  packets?: { pts_time: string; data_hash: string; size: string }[];
}

async function ffprobe(tools: MediaTools, path: string, ...args: string[]): Promise<Probe> {
  const options = { maxBuffer: 2 ** 28, env: { ...process.env, ...tools.ffprobe.env } };
  const { stdout } = await run(tools.ffprobe.path, ["-v", "error", "-of", "json", "-show_format", "-show_streams", ...args, path], options);
  return JSON.parse(stdout) as Probe;
}

/** The pictures of a file as ffprobe sees them. */
export async function videoFacts(tools: MediaTools, path: string): Promise<Facts> {
  const probe = await ffprobe(tools, path, "-select_streams", "v:0", "-count_frames", "-show_entries", "frame=best_effort_timestamp_time");
  const [stream] = probe.streams;
  assert.ok(stream, `${path} has a video stream`);
  const times = (probe.frames ?? []).map((frame) => Number(frame.best_effort_timestamp_time)).sort((a, b) => a - b);
  return {
    rFrameRate: stream.r_frame_rate,
    codec: stream.codec_name,
    width: stream.width,
    height: stream.height,
    frames: Number(stream.nb_read_frames),
    // Matroska states only where everything ends.
    duration: Number(stream.duration ?? Number(probe.format.duration) - (times[0] ?? 0)),
    formatDuration: Number(probe.format.duration),
    times,
    tags: Object.fromEntries(Object.entries(probe.format.tags ?? {}).map(([key, value]) => [key.toLowerCase(), value])),
    colour: `${stream.color_space}/${stream.color_range}`,
  };
}

/** The packets of a file's sound: their times (seconds) and the hashes of their bytes; empty without sound. */
export async function audioPackets(tools: MediaTools, path: string): Promise<{ codec: string; times: number[]; hashes: string[] }> {
  const probe = await ffprobe(tools, path, "-select_streams", "a:0", "-show_packets", "-show_data_hash", "md5");
  const packets = probe.packets ?? [];
  return { codec: probe.streams[0]?.codec_name ?? "none", times: packets.map(({ pts_time }) => Number(pts_time)), hashes: packets.map(({ data_hash }) => data_hash) };
}

/** Asserts that something fails with a code and with one sentence. */
export async function assertFails(action: Promise<unknown>, code: ErrorCode, hint?: RegExp): Promise<void> {
  await assert.rejects(action, (error: unknown) => {
    assert.ok(error instanceof ReenactError, `expected a ReenactError but received ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /\n/, "one line");
    assert.match(error.message, /[.)]$/, "a sentence");
    if (hint !== undefined) assert.match(error.message, hint);
    return true;
  });
}

/** Asserts that two rising lists of times are the same, but for one shift, to within `tolerance` seconds. */
export function assertSameTimes(actual: number[], expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length, "as many pictures");
  const [shift = 0, base = 0] = [actual[0], expected[0]];
  for (const [i, time] of actual.entries()) {
    const wanted = (expected[i] ?? Number.NaN) - base;
    assert.ok(Math.abs(time - shift - wanted) <= tolerance, `picture ${i} at ${time - shift} s instead of ${wanted} s`);
  }
}

/** The process ids of this process's children, where the system tells (Linux). */
export async function childProcesses(): Promise<number[] | undefined> {
  if (!existsSync("/proc/self/task")) return undefined;
  const { stdout } = await run("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)]).catch(() => ({ stdout: "" }));
  return stdout.split("\n").filter((line) => /ff(mpeg|probe)/.test(line)).map((line) => Number.parseInt(line, 10));
}
