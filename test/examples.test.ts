import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { reenact } from "../src/pipeline/reenact.js";
import { mediaTools } from "../src/streams/ffmpeg-path.js";
import { ffmpeg, temporaryFolder } from "./streams/media.js";

const run = promisify(execFile);
const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

test("a chain of one's own: the photo comes alive within a second, and from then on is what a job makes", async () => {
  const folder = await temporaryFolder(), tools = await mediaTools();
  const [input, photo, output, whole] = ["in.mp4", "photo.png", "out.mp4", "whole.mp4"].map((name) => join(folder, name));
  // From where the driver's mouth is open.
  await ffmpeg(tools, "-ss", "1", "-t", "1.2", "-i", example("media/driver.mp4"), "-an", "-c:v", "libx264", "-crf", "10", input);
  await ffmpeg(tools, "-i", example("media/photo.jpg"), "-vf", "scale=160:-2", photo);
  const { stdout } = await run(process.execPath, ["--import", "tsx", example("own-chain.ts"), input, photo, output], { cwd: example("..") });
  assert.equal(stdout, `${output}: 36 frames\n`);
  await reenact({ input, photo, output: whole });

  const pixels = async (path: string) => (await run(tools.ffmpeg.path, ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-"], { encoding: "buffer", maxBuffer: 2 ** 26 })).stdout;
  const [mine, theirs] = [await pixels(output), await pixels(whole)], size = mine.length / 36;
  assert.equal(mine.length, theirs.length);
  const apart = (n: number) => {
    let sum = 0;
    for (let i = n * size; i < (n + 1) * size; i++) sum += Math.abs(mine[i] - theirs[i]);
    return sum / size;
  };
  assert.ok(apart(1) > 3 * apart(34), `apart by ${apart(1)} at first, by ${apart(34)} at last`);
});
