import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runChild } from "../../src/streams/child.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { runCli } from "./run-cli.js";

describe("what run cannot do ends with a code of its own and one line, and leaves nothing", { concurrency: 2 }, () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const run = (...args: string[]) => runCli(["run", "--progress", "none", ...args], { REENACT_MODEL_DIR: folder });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reenact-cli-"));
    const { ffmpeg } = await mediaTools();
    await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "color=gray:s=64x64:r=25", "-frames:v", "1", at("clip.mp4")]);
    await runChild(ffmpeg.path, ["-v", "error", "-i", at("clip.mp4"), at("photo.png")]);
    await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=128x128:r=25:d=2", "-movflags", "+faststart", at("whole.mp4")]);
    await writeFile(at("cut.mp4"), (await readFile(at("whole.mp4"))).subarray(0, -2000));
    await writeFile(at("empty.mp4"), "");
    await writeFile(at("words.jpg"), "These are words, and no photo.");
    await writeFile(at("kept.mp4"), "What was here before.");
    await mkdir(at("folder"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const cases: { what: string; code: number; args: () => string[] }[] = [
    { what: "an input that is not there", code: 10, args: () => ["-i", at("none.mp4"), "--onto", at("words.jpg"), at("out.mp4")] },
    { what: "a folder as the input", code: 11, args: () => ["-i", at("folder"), "--onto", at("words.jpg"), at("out.mp4")] },
    { what: "words as the input", code: 11, args: () => ["-i", at("words.jpg"), "--onto", at("photo.png"), at("out.mp4")] },
    { what: "an input that was cut off", code: 11, args: () => ["-i", at("cut.mp4"), "--onto", at("photo.png"), at("out.mp4")] },
    { what: "an input of 0 bytes", code: 12, args: () => ["-i", at("empty.mp4"), "--onto", at("words.jpg"), at("out.mp4")] },
    { what: "a photo that is none", code: 13, args: () => ["-i", at("clip.mp4"), "--onto", at("words.jpg"), at("out.mp4")] },
    { what: "a photo that is not there", code: 10, args: () => ["-i", at("clip.mp4"), "--onto", at("none.jpg"), at("out.mp4")] },
    { what: "a folder as the output", code: 20, args: () => ["-i", at("clip.mp4"), "--onto", at("words.jpg"), at("folder")] },
    { what: "an output of an unknown kind", code: 20, args: () => ["-i", at("clip.mp4"), "--onto", at("words.jpg"), at("out.xyz")] },
    { what: "an output in a folder that is not there", code: 20, args: () => ["-i", at("clip.mp4"), "--onto", at("words.jpg"), at("none/out.mp4")] },
    { what: "the input as the output", code: 20, args: () => ["-y", "-i", at("clip.mp4"), "--onto", at("words.jpg"), at("clip.mp4")] },
    { what: "an output that exists", code: 21, args: () => ["-i", at("clip.mp4"), "--onto", at("words.jpg"), at("kept.mp4")] },
    { what: "an output that exists, with -n", code: 21, args: () => ["-n", "-i", at("clip.mp4"), "--onto", at("words.jpg"), at("kept.mp4")] },
  ];
  for (const { what, code, args } of cases) {
    test(what, async () => {
      const files = await readdir(folder);
      const result = await run(...args());
      assert.match(result.stderr, /^reenact: [^\n]+\n$/);
      assert.deepEqual({ code: result.code, stdout: result.stdout }, { code, stdout: "" });
      assert.deepEqual(await readdir(folder), files);
      assert.equal(await readFile(at("kept.mp4"), "utf8"), "What was here before.");
    });
  }

  test("--json says it on the standard output too", async () => {
    const { code, stdout } = await run("--json", "-i", at("none.mp4"), "--onto", at("words.jpg"), at("out.mp4"));
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    assert.equal(code, 10);
    assert.equal(error.code, "INPUT_NOT_FOUND");
    assert.ok(error.message.includes("none.mp4"));
  });

  test("ffmpeg that is not where the environment says", async () => {
    const { code, stderr } = await runCli(["run", "-i", at("clip.mp4"), "--onto", at("words.jpg"), at("out.mp4")], { FFMPEG_PATH: at("none") });
    assert.equal(code, 30);
    assert.match(stderr, /^reenact: [^\n]*FFMPEG_PATH[^\n]*\n$/);
  });
});
