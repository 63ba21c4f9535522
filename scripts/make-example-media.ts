/**
 * Makes examples/media: a photo and a driver, each the average of a dozen and more openly licensed photos, so that nobody real is shown.
 *
 *   node --import tsx scripts/make-example-media.ts --photos PHOTOS --basis BASIS --model-dir MODELS
 *
 * PHOTOS holds london-neutral/*.jpg (doi 10.6084/m9.figshare.5047666.v5), BASIS the expression basis, MODELS face_landmarker.task.
 * Needs espeak-ng and ffmpeg. The same input gives the same pictures.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Pixels } from "../src/frame.js";
import { createMediapipeSource } from "../src/model/landmarks/mediapipe-source.js";
import { requireModelFile } from "../src/model/landmarks/model-file.js";
import { FaceSynthesizer } from "../src/model/synthesis/face-synthesizer.js";
import { loadBasis } from "../src/model/synthesis/load-basis.js";
import { SYNTHETIC_COMMENT } from "../src/streams/synthetic-mark.js";
import { writeImage } from "../src/streams/write-image.js";
import { expressionAt, headAt, loudnessAt } from "./example-media/act.js";
import { addSample, averageFace } from "./example-media/average-face.js";

/** Positions in the sorted list of london-neutral. */
const PHOTO_PEOPLE = [0, 6, 7, 14, 21, 24, 44, 47, 51, 52, 54, 58, 67, 69];
const DRIVER_PEOPLE = [1, 13, 17, 20, 23, 25, 53, 55, 57, 59, 62, 63, 66, 75];
const PHOTO_SIZE = 768, DRIVER_SIZE = 512, FPS = 30, SECONDS = 8;
const VOICE_RATE = 22050;
const TEXT = "Hello! My face is the average of many people, and my voice is made by a machine. [[_:_:_:]] Oh, what a surprise! Everything here is synthetic.";

const { values } = parseArgs({ options: { photos: { type: "string" }, basis: { type: "string" }, "model-dir": { type: "string" } } });
if (!values.photos || !values.basis) throw new Error("Expected --photos DIR and --basis DIR; see the head of this script");

const media = fileURLToPath(new URL("../examples/media", import.meta.url));
await mkdir(media, { recursive: true });
const landmarks = await createMediapipeSource({ modelPath: await requireModelFile({ modelDir: values["model-dir"] }) });
const files = (await readdir(join(values.photos, "london-neutral"))).filter((name) => name.endsWith(".jpg")).sort();
const chosen = (people: readonly number[]) => people.map((i) => join(values.photos!, "london-neutral", files[i]));

const photo = await averageFace(chosen(PHOTO_PEOPLE), PHOTO_SIZE, landmarks);
await writeImage(join(media, "photo.jpg"), photo, { quality: 90, overwrite: true });
console.log(`photo.jpg: the average of ${PHOTO_PEOPLE.length} people`);

const still = await averageFace(chosen(DRIVER_PEOPLE), DRIVER_SIZE, landmarks);
const [face] = await landmarks.detect(still);
const basis = await loadBasis(values.basis);
const actor = new FaceSynthesizer(basis, still, face);
const work = await mkdtemp(join(tmpdir(), "reenact-example-"));
try {
  const voice = join(work, "voice.wav");
  execFileSync("espeak-ng", ["-v", "en-gb", "-s", "150", "-w", voice, TEXT]);
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", voice, "-ac", "1", "-ar", String(VOICE_RATE), "-f", "f32le", "-"], { maxBuffer: 1 << 26 });
  const samples = new Float32Array(new Uint8Array(raw).buffer);
  const frames = SECONDS * FPS;
  const loudness = loudnessAt(samples, VOICE_RATE, frames, FPS);
  const encoder = spawn("ffmpeg", [
    "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${DRIVER_SIZE}x${DRIVER_SIZE}`, "-r", String(FPS), "-i", "-", "-i", voice,
    "-af", "apad", "-t", String(SECONDS), "-c:v", "libx264", "-preset", "slow", "-crf", "19", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k",
    "-metadata", `comment=${SYNTHETIC_COMMENT}`, "-movflags", "+faststart", join(media, "driver.mp4"),
  ], { stdio: ["pipe", "inherit", "inherit"] });
  for (let i = 0; i < frames; i++) {
    const weights = basis.blendshapes.map((name) => expressionAt(i / FPS, loudness[i])[name] ?? 0);
    const picture = moveHead(actor.render(weights), headAt(i / FPS));
    if (!encoder.stdin.write(picture)) await once(encoder.stdin, "drain");
  }
  encoder.stdin.end();
  const [code] = (await once(encoder, "close")) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  console.log(`driver.mp4: the average of ${DRIVER_PEOPLE.length} people, ${frames} frames`);
} finally {
  await rm(work, { recursive: true });
  await landmarks.close();
}

/** Shifts, turns and zooms the whole picture about its centre; beyond its border the border repeats. */
function moveHead(picture: Pixels, { x, y, turn, zoom }: ReturnType<typeof headAt>): Uint8Array {
  const { width, height } = picture, cx = width / 2, cy = height / 2;
  // From the new picture to the old one.
  const a = Math.cos(turn) / zoom, b = -Math.sin(turn) / zoom;
  const sum = new Float64Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const dx = column - cx - x * width, dy = row - cy - y * height;
      addSample(picture, a * dx - b * dy + cx, b * dx + a * dy + cy, sum, 3 * (row * width + column));
    }
  }
  return Uint8Array.from(sum, (value) => Math.round(value));
}
