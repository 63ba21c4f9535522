import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Frame } from "../../src/frame.js";
import { restFrames } from "../../src/pipeline/rest-frames.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import type { VideoInfo } from "../../src/streams/video-info.js";
import { childProcesses, ffmpeg, temporaryFolder } from "../streams/media.js";

const folder = await temporaryFolder(), tools = await mediaTools();
/** Seconds from one key frame to the next. */
const GAP = 8, SECONDS = 64;

/** A minute that gets brighter by the second, and starts over after 16; whoever looks at a frame knows when it is shown. */
async function minute(name: string, ...options: string[]): Promise<VideoInfo> {
  const path = join(folder, name);
  const ramp = `color=black:size=64x48:rate=25:duration=${SECONDS},format=gray,geq=lum='mod(floor(T)\\,16)*14+16'`;
  await ffmpeg(tools, "-f", "lavfi", "-i", ramp, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-b_strategy", "0", "-g", String(25 * GAP), "-sc_threshold", "0", "-pix_fmt", "yuv420p", ...options, path);
  return probeVideo(path);
}

const mp4 = await minute("minute.mp4");
/** As if its pictures were so large that they cannot all be decoded. */
const large: VideoInfo = { ...mp4, frameRate: { num: 25_000_000, den: 1 } };

async function taken(info: VideoInfo, cut: { start?: number; end?: number; neutral?: number } = {}, count?: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of restFrames(info, { start: cut.start ?? 0, end: cut.end, neutral: cut.neutral ?? "auto" }, undefined, count)) frames.push(frame);
  return frames;
}

const times = (frames: readonly Frame[]) => frames.map(({ timestamp }) => timestamp);

test("a clip that is quickly decoded gives two dozen frames, evenly spread over it, each at its own time", async () => {
  const frames = await taken(mp4);
  assert.equal(frames.length, 24);
  for (const [i, { timestamp, data }] of frames.entries()) {
    // One soon after the beginning of its part: frames that no others need are left out.
    assert.ok(timestamp >= (i * SECONDS) / 24 - 1e-3 && timestamp < (i * SECONDS) / 24 + 0.2, `frame ${i} at ${timestamp} s`);
    assert.equal(Math.round((data[0] - 16) / 14), Math.floor(timestamp + 1e-6) % 16, `frame ${i} at ${timestamp} s`);
  }
});

test("one that would take long is looked at behind its key frames", async () => {
  const frames = await taken(large);
  const behind = times(frames).map((time) => time % GAP);
  assert.ok(behind.every((time) => time < 0.4), behind.join());
  assert.deepEqual([...new Set(times(frames).map((time) => Math.floor(time / GAP)))], [0, 1, 2, 3, 4, 5, 6, 7]);
  // As many of each, and no more than are asked for.
  assert.equal(frames.length, 24);
  assert.equal((await taken(large, {}, 8)).length, 8);
});

test("a key frame of each place is the same in one pass as from decoders of their own", async () => {
  const often = await minute("often.mp4", "-g", "75");
  for (const [info, count] of [[large, 8], [{ ...often, frameRate: large.frameRate }, 12]] as const) {
    const [pass, each] = [await taken(info, { start: 5 }, count), await taken({ ...info, codec: "another" }, { start: 5 }, count)];
    assert.ok(pass.length >= count - 1, `${pass.length}`);
    assert.deepEqual(times(pass), times(each));
    assert.ok(pass.every(({ data }, i) => Buffer.compare(data, each[i].data) === 0));
  }
});

test("which frames they are depends on the stretch that is asked for alone", async () => {
  for (const info of [mp4, large]) {
    const cut = { start: 10, end: 42 }, [once, again] = [await taken(info, cut), await taken(info, cut)];
    assert.deepEqual(times(again), times(once));
    assert.ok(times(once).every((time) => time >= 10 && time < 42), times(once).join());
    assert.ok(once.every(({ data }, i) => Buffer.compare(data, again[i].data) === 0));
  }
  assert.deepEqual([...new Set(times(await taken(large, { start: 10, end: 42 })).map((time) => time - (time % GAP)))], [16, 24, 32, 40]);
});

test("those at a time that is named lie round it, all of them", async () => {
  assert.deepEqual(times(await taken(mp4, { neutral: 20 })).map((time) => Math.round(25 * time)), [498, 499, 500, 501, 502, 503, 504, 505, 506, 507]);
});

test("a container without an index gives frames of the whole stretch too", async () => {
  const ts = await minute("minute.ts", "-g", "25"), [quick, dear] = [await taken(ts), await taken({ ...ts, frameRate: large.frameRate })];
  assert.equal(quick.length, 24);
  assert.equal(new Set(times(dear).map((time) => Math.floor(time / (SECONDS / 20)))).size, 20);
});

test("a stretch without pictures, and a video whose length nobody knows, give what there is", async () => {
  // One second of every ten.
  const path = join(folder, "sparse.mkv");
  await ffmpeg(tools, "-i", join(folder, "minute.mp4"), "-vf", "select='lt(mod(t\\,10)\\,1)'", "-vsync", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-g", "1000", path);
  const sparse = await probeVideo(path), seen = times(await taken({ ...sparse, frameRate: large.frameRate, format: "mpegts" }));
  assert.ok(seen.length > 0 && seen.every((time) => time % 10 < 1.04), seen.join());
  const endless = times(await taken({ ...mp4, duration: undefined, frameCount: undefined }));
  assert.equal(endless.length, 24);
  assert.ok(endless.at(-1)! >= 38 && endless.at(-1)! < 40, endless.join());
});

test("whoever has enough leaves no ffmpeg behind", async (t) => {
  if (await childProcesses() === undefined) return t.skip("this system does not tell its processes");
  const before = (await childProcesses())!;
  for await (const frame of restFrames(large, { start: 0, end: undefined, neutral: "auto" })) {
    assert.ok(frame.data.length > 0);
    break;
  }
  assert.deepEqual((await childProcesses())!.filter((pid) => !before.includes(pid)), []);
});
