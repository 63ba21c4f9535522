import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FolderStorage } from "../../src/jobs/folder-storage.js";
import { doJoin } from "../../src/jobs/do-join.js";
import { doSegments } from "../../src/jobs/do-segments.js";
import { reenactResumable } from "../../src/jobs/run-long.js";
import type { JobSpec } from "../../src/jobs/units.js";
import { Workshop } from "../../src/jobs/workshop.js";
import type { Summary } from "../../src/pipeline/progress.js";
import { resolveOptions, type ReenactOptions } from "../../src/pipeline/options.js";
import { createReenactor } from "../../src/pipeline/reenactor.js";
import { segmentGrid } from "../../src/pipeline/segment-grid.js";
import type { JoinableFormat } from "../../src/streams/segment-encoder.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { assertSameTimes, audioPackets, passThrough, temporaryFolder, videoFacts } from "../streams/media.js";
import { damage } from "../streams/damage.js";
import { makeClip } from "./batch-world.js";

const folder = await temporaryFolder(), tools = await mediaTools();
const photo = fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url));
const workshop = new Workshop(new FolderStorage(join(folder, "work")), join(folder, "scratch"));
/** Makes videos in one go. */
const { reenact, close } = createReenactor();
after(() => Promise.all([workshop.close(), close()]));
const never = new AbortController().signal;
const QUICK = { photo, landmarks: "facemesh", maxSide: 160, preset: "ultrafast", crf: 0, cache: false } as const;

/** Of the last join. */
let joined: Summary;

/** Renders a clip in segments of a length and joins them: one by one in an order that nobody would choose, or together. */
async function inSegments(input: string, output: string, seconds: number, more: Partial<ReenactOptions> = {}, together = false): Promise<number> {
  const options = resolveOptions({ ...QUICK, ...more, input, output });
  const format = output.slice(output.lastIndexOf(".") + 1) as JoinableFormat;
  const ref = (at: string) => ({ at, label: at, stored: false });
  const grid = segmentGrid(await workshop.studio.video(input), options, seconds);
  const spec: JobSpec = { prefix: `${output.replace(/\W/g, "")}-${seconds}`, input: ref(input), photo: ref(photo), options, format, grid };
  const indices = Array.from({ length: spec.grid.count }, (_, index) => index);
  if (together) await doSegments(spec, indices, workshop, never);
  else for (const index of indices.reverse()) await doSegments(spec, [index], workshop, never);
  joined = await doJoin({ spec }, { output, overwrite: true }, workshop, never);
  return spec.grid.count;
}

/** Least likeness of two videos, frame by frame, decibels; Infinity when all frames are equal. */
function leastPsnr(a: string, b: string): number {
  const log = join(folder, "psnr.txt");
  execFileSync(tools.ffmpeg.path, ["-v", "error", "-i", a, "-i", b, "-lavfi", `[0:v][1:v]psnr=stats_file=${log}`, "-f", "null", "-"]);
  const text = readFileSync(log, "utf8");
  return Math.min(...[...text.matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => (value === "inf" ? Infinity : Number(value))));
}

/** Asserts that no frame of two videos differs by more than so many decibels. */
function assertAlike(a: string, b: string, decibels: number): void {
  const least = leastPsnr(a, b);
  assert.ok(least > decibels, `${least} dB`);
}

describe("segments", () => {
  const uneven = join(folder, "uneven.mp4"), plain = join(folder, "plain.mp4");

  test("whatever the cuts, the frames and times are those of one go, and so is the sound; also with uneven times", async () => {
    const drop = `select='not(eq(mod(n\\,7)\\,3))*not(between(n\\,12\\,14))'`;
    await makeClip(uneven, { start: 1, seconds: 2.4, filter: drop, args: passThrough(tools) });
    await reenact({ ...QUICK, input: uneven, output: plain });
    const facts = await videoFacts(tools, plain), sound = await audioPackets(tools, plain);
    for (const [seconds, count] of [[0.7, 3], [1.1, 2]] as const) {
      const output = join(folder, `cut-${seconds}.mp4`);
      assert.equal(await inSegments(uneven, output, seconds), count);
      const cut = await videoFacts(tools, output);
      assertSameTimes(cut.times, facts.times, 0);
      assert.deepEqual({ ...cut, times: [] }, { ...facts, times: [] });
      assert.deepEqual(await audioPackets(tools, output), sound);
      // Lossless, so that only what was rendered can differ: by a fraction of a pixel, from where the tracker began.
      assertAlike(plain, output, 42);
    }
  });

  test("a driver that is upside down is read upside down in every segment", async () => {
    const upside = join(folder, "upside.mp4");
    await makeClip(upside, { start: 1, seconds: 1.5, filter: "hflip,vflip" });
    const [alone, together] = [join(folder, "upside-alone.mp4"), join(folder, "upside-together.mp4")];
    for (const [output, inOneGo] of [[alone, false], [together, true]] as const) {
      assert.equal(await inSegments(upside, output, 0.7, {}, inOneGo), 2);
      assert.equal(joined.faces, joined.frames);
      assert.deepEqual(joined.notes.filter((note) => /upside down/.test(note)).length, 1);
    }
    assert.equal(leastPsnr(alone, together), Infinity);
  });

  test("a segment comes out the same, rendered alone or with others", async () => {
    const [alone, together] = [join(folder, "alone.mp4"), join(folder, "together.mp4")];
    for (const [output, inOneGo] of [[alone, false], [together, true]] as const) assert.equal(await inSegments(uneven, output, 0.7, {}, inOneGo), 3);
    assert.equal(leastPsnr(alone, together), Infinity);
  });

  test("frames that cannot be decoded leave no gap and are told, in one go and in segments alone or together", async () => {
    const sound = join(folder, "sound.mp4"), broken = join(folder, "broken.mp4"), output = join(folder, "mended.mp4");
    await makeClip(sound, { start: 1, seconds: 2.4 });
    await damage(tools, sound, broken, (index) => [5, 12, 13, 14, 15].includes(index));
    const wanted = await videoFacts(tools, sound), { frames, undecoded, notes } = await reenact({ ...QUICK, input: broken, output });
    assert.deepEqual([frames, undecoded], [wanted.frames, 5]);
    assert.match(notes.join("\n"), /^5 of the 24 frames of `.*broken.mp4` could not be decoded/m);
    assertSameTimes((await videoFacts(tools, output)).times, wanted.times, 1e-4);
    assert.deepEqual((await audioPackets(tools, output)).hashes, (await audioPackets(tools, sound)).hashes);
    const outputs = { alone: join(folder, "mended-alone.mp4"), together: join(folder, "mended-together.mp4") };
    for (const [how, path] of Object.entries(outputs)) {
      assert.equal(await inSegments(broken, path, 0.7, {}, how === "together"), 3);
      assert.deepEqual([joined.frames, joined.undecoded], [24, 5]);
      assert.ok(joined.notes.some((note) => note.startsWith("5 of the 24 frames of")), "told in the notes that a report shows");
      assertAlike(output, path, 42);
    }
    assert.equal(leastPsnr(outputs.alone, outputs.together), Infinity);
  });

  for (const format of ["mkv", "webm"]) {
    test(`${format} is joined with the times and the frame rate of one go`, async () => {
      const [whole, cut] = [join(folder, `whole.${format}`), join(folder, `cut.${format}`)];
      const options = { end: 1.2, crf: undefined };
      await reenact({ ...QUICK, ...options, input: uneven, output: whole });
      assert.equal(await inSegments(uneven, cut, 0.5, options), 2);
      const [made, wanted] = [await videoFacts(tools, cut), await videoFacts(tools, whole)];
      assertSameTimes(made.times, wanted.times, 0);
      assert.equal(made.rFrameRate, wanted.rFrameRate);
    });
  }

  test("a face that was lost before the cut is held across it, however long ago", async () => {
    const face = join(folder, "face.mp4"), gone = join(folder, "gone.mp4");
    await makeClip(face, { start: 1, seconds: 2.6, filter: "drawbox=color=gray:t=fill:enable='gte(t,0.5)'" });
    await reenact({ ...QUICK, input: face, output: gone, missing: "hold", strength: 1.5 });
    const cut = join(folder, "gone-cut.mp4");
    await inSegments(face, cut, 0.9, { missing: "hold", strength: 1.5 });
    assertAlike(gone, cut, 60);
    const together = join(folder, "gone-together.mp4");
    await inSegments(face, together, 0.9, { missing: "hold", strength: 1.5 }, true);
    assert.equal(leastPsnr(cut, together), Infinity);
  });

  test("a long run that is stopped goes on where it was, and leaves nothing", async () => {
    const output = join(folder, "long.mp4"), options = { ...QUICK, input: uneven, output };
    const stop = new AbortController();
    await assert.rejects(reenactResumable(options, { signal: stop.signal, onProgress: ({ frame }) => { if (frame > 12) stop.abort(); } }, 0.5, 1), { code: "ABORTED" });
    const state = join(folder, ".long.mp4.reenact");
    const kept = (await readdir(join(state, "work"), { recursive: true })).filter((name) => name.endsWith(".json"));
    assert.ok(kept.length >= 1, "finished segments are kept");
    let first = 0;
    const summary = await reenactResumable(options, { onProgress: ({ frame }) => { first ||= frame; } }, 0.5, 1);
    assert.ok(first >= 4, `goes on at frame ${first}`);
    assert.equal(summary.frames, (await videoFacts(tools, plain)).frames);
    assertSameTimes((await videoFacts(tools, output)).times, (await videoFacts(tools, plain)).times, 0);
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith(".")), []);
    await assert.rejects(reenactResumable(options, {}, 0.5, 1), { code: "OUTPUT_EXISTS" });
  });
});
