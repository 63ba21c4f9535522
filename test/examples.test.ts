import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { reenact } from "../src/pipeline/reenact.js";
import { mediaTools } from "../src/streams/ffmpeg-path.js";
import { ffmpeg, temporaryFolder } from "./streams/media.js";

const run = promisify(execFile);
const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

test("a chain of one's own: the photo comes alive within a second, and from then on is what a job makes", async () => {
  const folder = await temporaryFolder(), tools = await mediaTools();
  const [input, photo, output, whole] = ["in.mp4", "photo.png", "mine-%02d.png", "theirs-%02d.png"].map((name) => join(folder, name));
  // From where the driver's mouth is open.
  await ffmpeg(tools, "-ss", "1", "-t", "1.2", "-i", example("media/driver.mp4"), "-an", "-c:v", "libx264", "-crf", "10", input);
  await ffmpeg(tools, "-i", example("media/photo.jpg"), "-vf", "scale=160:-2", photo);
  const { stdout } = await run(process.execPath, ["--import", "tsx", example("own-chain.ts"), input, photo, output], { cwd: example("..") });
  assert.equal(stdout, `${folder}: 36 frames\n`);
  await reenact({ input, photo, output: whole });

  const apart = async (number: string) => {
    const [mine, theirs] = await Promise.all([output, whole].map((name) => sharp(name.replace("%02d", number)).raw().toBuffer()));
    return mine.reduce((sum, value, i) => sum + Math.abs(value - theirs[i]), 0) / mine.length;
  };
  assert.ok((await apart("01")) > 0.5, `apart by ${await apart("01")} at first`);
  assert.deepEqual([await apart("32"), await apart("36")], [0, 0]);
});
