import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { audioPackets, temporaryFolder, videoFacts } from "../streams/media.js";
import { runCli } from "./run-cli.js";

const folder = await temporaryFolder(), tools = await mediaTools();
const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const make = (...args: string[]) => execFileSync(tools.ffmpeg.path, ["-v", "error", ...args]);

test("run takes ffmpeg's -t, -map, -c:v and -framerate, and tells what it leaves out once", async () => {
  const input = join(folder, "two: sounds.mkv"), sequence = join(folder, "still-%02d.png");
  make("-t", "1", "-i", media("driver.mp4"), "-f", "lavfi", "-t", "1", "-i", "sine=frequency=900", "-map", "0:v", "-map", "0:a", "-map", "1:a",
    "-vf", "fps=10,scale=160:160", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", `file:${input}`);
  make("-i", `file:${input}`, "-frames:v", "4", sequence);
  const run = (...args: string[]) => runCli(["run", "--onto", media("photo.jpg"), "--landmarks", "facemesh", "--no-cache", "--max-side", "160", "--json", ...args]);

  const chosen = await run("-ss", "0.2", "-t", "0.5", "-i", input, "-map", "0:v", "-map", "0:a:1", "-c:v", "mpeg4", join(folder, "chosen.mp4"));
  assert.equal(chosen.code, 0, chosen.stderr);
  const facts = await videoFacts(tools, join(folder, "chosen.mp4"));
  assert.deepEqual([facts.codec, facts.frames], ["mpeg4", 5]);
  const sound = new Set((await audioPackets(tools, join(folder, "chosen.mp4"))).hashes), second = join(folder, "second.mp4");
  make("-i", `file:${input}`, "-map", "0:a:1", "-c", "copy", second);
  assert.ok((await audioPackets(tools, second)).hashes.some((hash) => sound.has(hash)), "it is the second track");

  const slow = await run("-framerate", "5", "-i", sequence, join(folder, "slow.mp4"));
  assert.equal(slow.code, 0, slow.stderr);
  assert.ok(Math.abs((await videoFacts(tools, join(folder, "slow.mp4"))).duration - 0.8) < 0.01);

  const first = await run("-t", "0.3", "-i", input, join(folder, "first.mp4"));
  assert.equal(first.stderr.split("\n").filter((line) => line.includes("Of its 2 sound tracks")).length, 1, first.stderr);
  assert.match((JSON.parse(first.stdout) as { notes: string[] }).notes.join(), /Of its 2 sound tracks 0:a:0 is taken/);
});
