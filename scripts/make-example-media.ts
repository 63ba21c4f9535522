/**
 * Makes examples/media: a photo and a driver, each the average of a dozen and more openly licensed photos, so that nobody real is shown.
 *
 *   node --import tsx scripts/make-example-media.ts --photos PHOTOS --basis BASIS --model-dir MODELS
 *   node --import tsx scripts/make-example-media.ts --still PHOTO.jpg --basis BASIS --model-dir MODELS --out FOLDER
 *
 * The second one lets the person on a photo play the same act, as FOLDER/driver.mp4.
 * PHOTOS holds london-neutral/*.jpg (doi 10.6084/m9.figshare.5047666.v5), BASIS the expression basis, MODELS face_landmarker.task.
 * They go to examples/media, or to the folder named by --out. Needs espeak-ng and ffmpeg. The same input gives the same pictures.
 * At the end the driver's expressions are measured in the file.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import type { Pixels } from "../src/frame.js";
import { createMediapipeSource } from "../src/model/landmarks/mediapipe-source.js";
import { requireModelFile } from "../src/model/landmarks/model-file.js";
import { FaceSynthesizer } from "../src/model/synthesis/face-synthesizer.js";
import { loadBasis } from "../src/model/synthesis/load-basis.js";
import { SYNTHETIC_COMMENT } from "../src/streams/synthetic-mark.js";
import { writeImage } from "../src/streams/write-image.js";
import { expressionAt, headAt, LINES, SECONDS } from "./example-media/act.js";
import { averageFace } from "./example-media/average-face.js";
import { measureDriver } from "./example-media/measure-driver.js";
import { headPlace, moveHead } from "./example-media/move-head.js";
import { hearVoice } from "./example-media/voice.js";

/** Names of the photos in london-neutral. */
const PHOTO_PEOPLE = ["002", "009", "010", "019", "027", "032", "083", "090", "097", "100", "102", "107", "122", "124"];
const DRIVER_PEOPLE = ["004", "018", "022", "026", "031", "033", "101", "103", "105", "108", "115", "117", "121", "131"];
const PHOTO_SIZE = 768, DRIVER_SIZE = 512, FPS = 30;
const VOICE_RATE = 44100;

const { values } = parseArgs({ options: {
  photos: { type: "string" }, still: { type: "string" }, basis: { type: "string" }, "model-dir": { type: "string" }, out: { type: "string" },
} });
const { photos, still: stillPath } = values;
if (!values.basis || (photos === undefined) === (stillPath === undefined) || (stillPath !== undefined && values.out === undefined)) {
  throw new Error("Expected --basis DIR and either --photos DIR, or --still FILE and --out DIR; see the head of this script");
}
const chosen = (people: readonly string[]) => people.map((id) => join(photos!, "london-neutral", `${id}.jpg`));

const media = values.out ?? fileURLToPath(new URL("../examples/media", import.meta.url));
await mkdir(media, { recursive: true });
const landmarks = await createMediapipeSource({ modelPath: await requireModelFile({ modelDir: values["model-dir"] }) });
const basis = await loadBasis(values.basis);
const work = await mkdtemp(join(tmpdir(), "reenact-example-"));
try {
  if (photos !== undefined) {
    const photo = await averageFace(chosen(PHOTO_PEOPLE), PHOTO_SIZE, landmarks, basis.faceOval);
    await writeImage(join(media, "photo.jpg"), photo, { quality: 92, overwrite: true });
    console.log(`photo.jpg: the average of ${PHOTO_PEOPLE.length} people`);
  }
  const still = stillPath !== undefined ? await squareOf(stillPath) : await averageFace(chosen(DRIVER_PEOPLE), DRIVER_SIZE, landmarks, basis.faceOval);
  const [face] = await landmarks.detect(still);
  if (!face) throw new Error(`Expected a face in ${stillPath ?? "the average of the driver's photos"} but found none; choose other photos`);
  const voice = speak();
  const heard = hearVoice(voice, VOICE_RATE, SECONDS * FPS, FPS);
  const act = heard.map((sound, i) => expressionAt(i / FPS, sound));
  const actor = new FaceSynthesizer(basis, still, face), place = headPlace(face.points, 3, basis.faceOval);
  const file = join(media, "driver.mp4");
  await encode(voice, file, function* () {
    for (const [i, named] of act.entries()) {
      yield moveHead(actor.render(basis.blendshapes.map((name) => named[name] ?? 0)), place, headAt(i / FPS));
    }
  });
  console.log(`driver.mp4: ${stillPath ?? `the average of ${DRIVER_PEOPLE.length} people`}, ${act.length} frames`);
  console.log(await measureDriver(file, DRIVER_SIZE, FPS, act, landmarks));
} finally {
  await rm(work, { recursive: true });
  await landmarks.close();
}

/** A photo, fitted into the driver's square. */
async function squareOf(path: string): Promise<Pixels> {
  const data = await sharp(path).rotate().resize(DRIVER_SIZE, DRIVER_SIZE, { fit: "cover", position: "top" }).removeAlpha().raw().toBuffer();
  return { data, width: DRIVER_SIZE, height: DRIVER_SIZE };
}

/** espeak-ng's voice saying every line at its time: mono, −1…1, as long as the act. */
function speak(): Float32Array {
  const samples = new Float32Array(SECONDS * VOICE_RATE);
  for (const [i, [start, text]] of LINES.entries()) {
    const line = join(work, `line-${i}.wav`);
    execFileSync("espeak-ng", ["-v", "en-gb", "-s", "155", "-p", "38", "-w", line, text]);
    const raw = execFileSync("ffmpeg", ["-v", "error", "-i", line, "-ac", "1", "-ar", String(VOICE_RATE), "-f", "f32le", "-"], { maxBuffer: 1 << 26 });
    const spoken = new Float32Array(new Uint8Array(raw).buffer), at = Math.round(start * VOICE_RATE);
    samples.set(spoken.subarray(0, samples.length - at), at);
    console.log(`${start} s … ${(start + spoken.length / VOICE_RATE).toFixed(2)} s: ${text}`);
  }
  return samples;
}

/** Encodes the frames and the voice as H.264 and AAC. */
async function encode(voice: Float32Array, file: string, frames: () => Iterable<Uint8Array>): Promise<void> {
  const sound = join(work, "voice.f32");
  await writeFile(sound, new Uint8Array(voice.buffer));
  const encoder = spawn("ffmpeg", [
    "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${DRIVER_SIZE}x${DRIVER_SIZE}`, "-r", String(FPS), "-i", "-",
    "-f", "f32le", "-ar", String(VOICE_RATE), "-ac", "1", "-i", sound, "-t", String(SECONDS), "-c:v", "libx264", "-preset", "slow", "-crf", "18",
    "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
    "-color_range", "tv", "-c:a", "aac", "-b:a", "96k", "-metadata", `comment=${SYNTHETIC_COMMENT}`, "-movflags", "+faststart", file,
  ], { stdio: ["pipe", "inherit", "inherit"] });
  const end = once(encoder, "close") as Promise<[number]>;
  for (const frame of frames()) {
    if (!encoder.stdin.write(frame)) await Promise.race([once(encoder.stdin, "drain"), end]);
    if (encoder.exitCode !== null) break;
  }
  encoder.stdin.end();
  const [code] = await end;
  if (code !== 0) throw new Error(`Expected ffmpeg to encode ${file} but it ended with code ${code}`);
}
