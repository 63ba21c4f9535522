import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp from "sharp";
import type { ReenactOptions } from "../../src/pipeline/options.js";
import { reenact } from "../../src/pipeline/reenact.js";
import { createReenactor, type Reenactor } from "../../src/pipeline/reenactor.js";
import { scoreVideo } from "../../src/pipeline/score-video.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";

const driver = fileURLToPath(new URL("../../examples/media/driver.mp4", import.meta.url));
const photo = fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url));
let folder: string, ffmpeg: string, ffprobe: string;
/** For what is shown of the videos alone: models are opened once. */
let kept: Reenactor;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "reenact-pipeline-"));
  const tools = await mediaTools();
  ffmpeg = tools.ffmpeg.path;
  ffprobe = tools.ffprobe.path;
  kept = createReenactor();
});
after(async () => {
  await kept.close();
  await rm(folder, { recursive: true, force: true });
});

const make = (name: string, ...args: string[]) => {
  const path = join(folder, name);
  execFileSync(ffmpeg, ["-v", "error", "-y", ...args, path]);
  return path;
};

interface Stream { codec_type: string; r_frame_rate: string; nb_read_frames: string; width: number; height: number; duration: string }
function probe(path: string): { streams: Stream[]; format: { tags?: Record<string, string>; duration: string } } {
  return JSON.parse(execFileSync(ffprobe, ["-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path], { encoding: "utf8" }));
}

/** RGB pixels of a video's n-th frame. */
function frame(path: string, n: number): Buffer {
  return execFileSync(ffmpeg, ["-v", "error", "-i", path, "-vf", `select=eq(n\\,${n})`, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], { maxBuffer: 1 << 28 });
}

function difference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

const job = (options: Partial<ReenactOptions> & Pick<ReenactOptions, "output">): ReenactOptions => ({ input: driver, photo, cache: false, landmarks: "facemesh", ...options });

test("a clip becomes a clip of as many frames, with its rate, its length and its sound, marked as synthetic; the photo stays round the face", async () => {
  const input = make("in.mp4", "-t", "1.5", "-i", driver, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy");
  const output = join(folder, "out.mp4");
  let last = 0;
  const summary = await reenact(job({ input, output, maxSide: 512 }), { onProgress: ({ frame: now }) => { assert.equal(now, last + 1); last = now; } });
  const [before, after] = [probe(input), probe(output)];
  const [videoIn, videoOut] = [before, after].map(({ streams }) => streams.find((s) => s.codec_type === "video")!);
  assert.equal(videoOut.nb_read_frames, videoIn.nb_read_frames);
  assert.equal(String(summary.frames), videoIn.nb_read_frames);
  assert.equal(last, summary.frames);
  assert.equal(videoOut.r_frame_rate, videoIn.r_frame_rate);
  assert.ok(Math.abs(Number(after.format.duration) - Number(before.format.duration)) < 1 / 30);
  assert.ok(after.streams.some((s) => s.codec_type === "audio"));
  assert.equal(summary.audio, "copied");
  assert.equal(summary.faces, summary.frames);
  assert.match(JSON.stringify(after.format.tags), /[Ss]ynthetic/);

  const { data: still } = await sharp(photo).resize(videoOut.width, videoOut.height, { fit: "fill" }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const picture = frame(output, 20);
  const top = 3 * videoOut.width * Math.floor(videoOut.height / 20);
  assert.ok(difference(picture.subarray(0, top), still.subarray(0, top)) < 4, "the border is the photo's, up to the codec");
});

test("the mouth moves, and with strength 0 nothing does", async () => {
  const alive = join(folder, "alive.mp4"), asleep = join(folder, "asleep.mp4");
  for (const [output, strength] of [[alive, 1], [asleep, 0]] as const) await kept.reenact(job({ output, strength, end: 2, view: "face" }));
  const [moves, still] = [alive, asleep].map((path) => {
    const first = frame(path, 0);
    return Math.max(...[10, 20, 30, 40, 50].map((n) => difference(frame(path, n), first)));
  });
  assert.ok(moves > 3 * Math.max(0.2, still), `${moves} against ${still}`);
});

const shared = fileURLToPath(new URL("../../../shared/models", import.meta.url));
test("the output follows the driver's jaw, smile and lids", { skip: existsSync(join(shared, "face_landmarker.task")) ? false : "no ../shared/models/face_landmarker.task to measure with" }, async () => {
  const output = join(folder, "follows.mp4");
  const { frames } = await kept.reenact(job({ output, maxSide: 512 }));
  const scores = await scoreVideo(driver, output, { kind: "mediapipe", modelDir: shared, offline: true });
  assert.equal(scores.frames, frames, "a face in every frame of both");
  const { jawOpen, mouthSmile, eyeBlink } = scores.blendshapes!;
  // The shipped weights reach 0.97 each here.
  assert.ok(jawOpen >= 0.9, `jawOpen r = ${jawOpen}`);
  assert.ok(mouthSmile >= 0.75, `mouthSmile r = ${mouthSmile}`);
  assert.ok(eyeBlink >= 0.6, `eyeBlink r = ${eyeBlink}`);
});

test("views have their sizes; a cut has its frames; files may be named by URLs", async () => {
  const output = join(folder, "beside.mkv");
  const summary = await kept.reenact(job({ input: pathToFileURL(driver), photo: pathToFileURL(photo), output: pathToFileURL(output), view: "side-by-side", maxSide: 256, start: 1, end: 1.5 }));
  assert.equal(summary.frames, 15);
  const video = probe(output).streams.find((s) => s.codec_type === "video")!;
  assert.ok(video.width > video.height && video.height <= 256, `${video.width}×${video.height}`);
});

/** The driver, as long nothing, and the driver again. */
function clipWithGap(): string {
  if (existsSync(join(folder, "gap.mp4"))) return join(folder, "gap.mp4");
  const part = (name: string, ...source: string[]) => make(name, ...source, "-vf", "scale=256:256,fps=30,format=yuv420p", "-an", "-c:v", "libx264", "-preset", "ultrafast");
  const face = part("face-part.mp4", "-t", "0.8", "-i", driver);
  const nothing = part("grey-part.mp4", "-f", "lavfi", "-t", "0.8", "-i", "color=gray:s=256x256:r=30");
  return make("gap.mp4", "-i", face, "-i", nothing, "-i", face, "-filter_complex", "[0:v][1:v][2:v]concat=n=3:v=1", "-c:v", "libx264", "-preset", "ultrafast");
}

for (const missing of ["hold", "ease", "driver"] as const) {
  test(`while the face is gone the timeline goes on: --missing ${missing}`, async () => {
    const input = clipWithGap();
    const output = join(folder, `gap-${missing}-out.mp4`);
    const summary = await kept.reenact(job({ input, output, missing, maxSide: 256, strength: 1.5 }));
    assert.equal(String(summary.frames), probe(input).streams[0].nb_read_frames);
    assert.ok(summary.faces < summary.frames && summary.faces >= 40, `${summary.faces} of ${summary.frames}`);
    const gone = frame(output, 44);
    if (missing === "driver") assert.ok(difference(gone, Buffer.alloc(gone.length, 128)) < 6);
    else {
      const last = difference(gone, frame(output, 26)), { data: still } = await sharp(photo).resize(256, 256, { fit: "inside" }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      if (missing === "hold") assert.ok(last < 1.5, `held: ${last}`);
      else if (still.length === gone.length) assert.ok(difference(gone, still) < 3, "eased back to the photo");
    }
  });
}

test("what cannot work is told by its code, and nothing is left behind", async () => {
  const grey = make("grey.mp4", "-f", "lavfi", "-t", "0.5", "-i", "color=gray:s=128x128:r=30", "-c:v", "libx264", "-pix_fmt", "yuv420p");
  const blank = join(folder, "blank.png");
  await sharp({ create: { width: 200, height: 200, channels: 3, background: "#888" } }).png().toFile(blank);
  const output = join(folder, "never.mp4");
  const fails = (options: Partial<ReenactOptions>, code: string) => assert.rejects(reenact(job({ output, end: 0.5, ...options })), { code }, code);
  await fails({ input: grey }, "NO_FACE_IN_VIDEO");
  await fails({ photo: blank }, "NO_FACE_IN_PHOTO");
  await fails({ face: 7 }, "NO_FACE_IN_PHOTO");
  await fails({ input: join(folder, "nothing.mp4") }, "INPUT_NOT_FOUND");
  await fails({ input: blank, photo: grey }, "PHOTO_UNREADABLE");
  await fails({ output: folder }, "OUTPUT_INVALID");
  await fails({ output: driver }, "OUTPUT_INVALID");
  await fails({ weights: folder }, "MODEL_MISSING");
  const left = (await readdir(folder)).filter((name) => name.includes("never"));
  assert.deepEqual(left, []);
});

test("an abort ends the job soon and removes what was begun", async () => {
  const output = join(folder, "aborted.mp4");
  const controller = new AbortController();
  const running = reenact(job({ output }), { signal: controller.signal, onProgress: ({ frame: now }) => { if (now === 5) controller.abort(); } });
  await assert.rejects(running, { name: "ReenactError", code: "ABORTED" });
  const reason = new Error("enough"), late = new AbortController();
  await assert.rejects(reenact(job({ output }), { signal: late.signal, onProgress: () => late.abort(reason) }), { name: "ReenactError", code: "ABORTED", cause: reason });
  assert.deepEqual((await readdir(folder)).filter((name) => name.includes("aborted")), []);
});
