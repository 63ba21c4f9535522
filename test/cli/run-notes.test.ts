import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Summary } from "../../src/pipeline/progress.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { ffmpeg, temporaryFolder, videoFacts } from "../streams/media.js";
import { runCli } from "./run-cli.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const folder = await temporaryFolder(), at = (name: string) => join(folder, name), tools = await mediaTools();

before(async () => {
  await ffmpeg(tools, "-t", "0.2", "-i", media("driver.mp4"), "-an", "-c:v", "libx264", at("in.mp4"));
  // Odd sides, and transparent.
  await sharp(media("photo.jpg")).resize(201, 201).ensureAlpha(0.5).png().toFile(at("photo.png"));
});
const run = (...args: string[]) => runCli(["run", "--landmarks", "facemesh", "--no-cache", "--progress", "json", "-i", at("in.mp4"), "--onto", at("photo.png"), ...args]);
const lines = (text: string) => text.trim().split("\n").map((line) => JSON.parse(line) as { note?: string; progress?: string; summary?: Summary });

test("every note is told once; the summary has them too, and the size of the file's pictures", async () => {
  const { code, stdout, stderr } = await run("--json", at("out.mp4"));
  assert.equal(code, 0, stderr);
  const summary = JSON.parse(stdout) as Summary, notes = lines(stderr).flatMap(({ note }) => (note === undefined ? [] : [note]));
  assert.ok(notes.includes("Where it is transparent it is laid on white."), notes.join());
  assert.equal(new Set(notes).size, notes.length);
  assert.deepEqual([...summary.notes].sort(), [...notes].sort());
  const { width, height } = await videoFacts(tools, at("out.mp4"));
  assert.deepEqual([summary.width, summary.height], [width, height]);
  assert.deepEqual([width, height], [202, 202]);
});

test("where the standard output is the video, --json says its summary on the standard error", async () => {
  const { code, stdout, stderr } = await run("--json", "-f", "mkv", "-");
  assert.equal(code, 0, stderr);
  assert.ok(stdout.includes("matroska"), "a Matroska file");
  const summary = lines(stderr).at(-1)?.summary;
  assert.equal(summary?.frames, 6);
  assert.equal(summary?.path, undefined);
});
