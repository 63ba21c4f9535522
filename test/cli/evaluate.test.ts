import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { runChild } from "../../src/streams/child.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { runCli } from "./run-cli.js";

const MEDIA = resolve(import.meta.dirname, "../../examples/media");

describe("reenact evaluate", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const run = (...args: string[]) => runCli(["evaluate", "--progress", "none", ...args], { REENACT_MODEL_DIR: folder });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reenact-evaluate-"));
    const { ffmpeg } = await mediaTools();
    await runChild(ffmpeg.path, ["-v", "error", "-ss", "1", "-i", join(MEDIA, "driver.mp4"), "-vf", "scale=256:256", "-frames:v", "12", "-an", at("driver.mp4")]);
    await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "color=gray:s=64x64:r=25", "-frames:v", "3", at("grey.mp4")]);
    await writeFile(at("kept"), "What was here before.");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const cases: { what: string; code: number; args: () => string[]; says: RegExp }[] = [
    { what: "nothing to evaluate", code: 2, args: () => [], says: /--data or --drivers, and --out/ },
    { what: "photos without a basis", code: 2, args: () => ["--data", at("none"), "--out", at("out"), "--photos", folder], says: /--photos and --basis/ },
    { what: "two sources for the wild", code: 2, args: () => ["--data", at("none"), "--out", at("out"), "--wild", folder, "--wild-set", "x"], says: /--wild or --wild-set/ },
    { what: "a network and a video", code: 2, args: () => ["--data", at("none"), "--output", at("driver.mp4")], says: /not both/ },
    { what: "an output without its driver", code: 2, args: () => ["--output", at("driver.mp4")], says: /--driver/ },
    { what: "weights without a name", code: 2, args: () => ["--data", at("none"), "--out", at("out"), "--compare", "folder"], says: /equals sign/ },
    { what: "a name that comes twice", code: 2, args: () => ["--data", at("none"), "--out", at("out"), "--compare", `ours=${folder}`], says: /ours comes twice/ },
    { what: "a report that exists", code: 21, args: () => ["--data", at("none"), "--out", at("kept")], says: /kept/ },
    { what: "a dataset that is none", code: 40, args: () => ["--data", at("none"), "--out", at("out"), "--landmarks", "facemesh"], says: /dataset/ },
    { what: "an output that is not there", code: 10, args: () => ["--output", at("none.mp4"), "--driver", at("driver.mp4")], says: /none\.mp4/ },
    { what: "videos without a face", code: 16, args: () => ["--output", at("grey.mp4"), "--driver", at("grey.mp4")], says: /show a face/ },
  ];
  for (const { what, code, args, says } of cases) {
    test(`${what} ends with code ${code} and one line, and leaves nothing`, async () => {
      const files = await readdir(folder);
      const result = await run(...args());
      assert.match(result.stderr, /^reenact: [^\n]+\n$/);
      assert.match(result.stderr, says);
      assert.deepEqual({ code: result.code, stdout: result.stdout }, { code, stdout: "" });
      assert.deepEqual(await readdir(folder), files);
    });
  }

  test("a video that is its own driver follows it in everything, and shows the driver instead of the photo", async () => {
    const { code, stdout, stderr } = await run("--json", "--output", at("driver.mp4"), "--driver", at("driver.mp4"), "--photo", join(MEDIA, "photo.jpg"));
    assert.equal(code, 0, stderr);
    const scores = JSON.parse(stdout) as Record<string, number> & { strength: Record<string, number>; likeness: Record<string, number>;
      motion: Record<string, { follows: number | null; strength: number | null }> };
    assert.deepEqual([scores.frames, scores.driverFrames, scores.outputFrames], [12, 12, 12]);
    for (const name of ["mouthOpen", "smile", "eyesOpen", "browsUp"]) {
      assert.ok(scores[name] > 0.9999, `${name} ${scores[name]}`);
      assert.ok(Math.abs(scores.strength[name] - 1) < 1e-6, `${name} ×${scores.strength[name]}`);
    }
    const moving = Object.entries(scores.motion).filter(([, { follows }]) => follows !== null);
    assert.deepEqual(Object.keys(scores.motion), ["yaw", "pitch", "roll", "gaze"]);
    for (const [name, { follows, strength }] of moving) assert.ok(follows! > 0.9999 && Math.abs(strength! - 1) < 1e-6, name);
    const { frames, verified, leaked, expression, driver, photo, photoToDriver, expressionOfPhoto } = scores.likeness;
    assert.deepEqual([frames, verified, leaked], [12, 0, 1]);
    assert.ok(expression > 0.9999 && driver > 0.9999 && Math.abs(photo - photoToDriver) < 1e-4 && expressionOfPhoto < 0.95);
  });

  test("for people it is told in lines", async () => {
    const { code, stdout } = await run("--output", at("driver.mp4"), "--driver", at("driver.mp4"), "--landmarks", "facemesh");
    assert.equal(code, 0);
    assert.match(stdout, /^faces in both: 12 frames of 12 \(driver: 12\)\nfollows the driver .*mouthOpen 1\.00 ×1\.00/);
  });
});
