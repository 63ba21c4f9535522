import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import type { DrivenReport } from "../../src/model/evaluation/driven-report.js";
import { runChild } from "../../src/streams/child.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { MODEL_DIR, noMediapipe } from "../model/landmarks/face-photo.js";
import { runCli } from "./run-cli.js";

const MEDIA = resolve(import.meta.dirname, "../../examples/media");

describe("reenact evaluate --drivers", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const run = (...args: string[]) => runCli(["evaluate", ...args], { REENACT_MODEL_DIR: MODEL_DIR });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reenact-drivers-"));
    await Promise.all(["clips", "photos", "grey", "walls", "empty", "broken", "turned clips", "turned photos"].map((name) => mkdir(at(name))));
    const { ffmpeg } = await mediaTools();
    await copyFile(join(MEDIA, "driver.mp4"), at("clips/driver.mp4"));
    await sharp(join(MEDIA, "photo.jpg")).resize(320).toFile(at("photos/photo.png"));
    await runChild(ffmpeg.path, ["-v", "error", "-ss", "0.5", "-t", "1.5", "-i", join(MEDIA, "driver.mp4"), "-vf", "scale=320:320,hflip,vflip", "-r", "25", at("turned clips/upside-down.gif")]);
    await sharp(at("photos/photo.png")).rotate(90).toFile(at("turned photos/aside.png"));
    await runChild(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", "color=gray:s=64x64:r=25", "-frames:v", "3", at("grey/grey.mp4")]);
    await sharp({ create: { width: 100, height: 100, channels: 3, background: "gray" } }).png().toFile(at("walls/wall.png"));
    await writeFile(at("kept"), "What was here before.");
    await writeFile(at("broken/face_landmarker.task"), "no model");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const cases: { what: string; code: number; args: () => string[]; says: RegExp; model?: true }[] = [
    { what: "no photos named", code: 2, args: () => ["--drivers", at("clips"), "--out", at("out")], says: /--photos and --out/ },
    { what: "clips and a dataset", code: 2, args: () => ["--drivers", at("clips"), "--photos", at("photos"), "--out", at("out"), "--data", at("x")], says: /without --data/ },
    { what: "the ceiling's name", code: 2, args: () => ["--drivers", at("clips"), "--photos", at("photos"), "--out", at("out"), "--ceiling", "--compare", `mediapipe=${folder}`], says: /another name than mediapipe/ },
    { what: "weights that are not there", code: 31, args: () => ["--drivers", at("clips"), "--photos", at("photos"), "--out", at("out"), "--compare", `old=${at("none")}`], says: /none \(old\)/ },
    { what: "no videos", code: 40, args: () => ["--drivers", at("empty"), "--photos", at("photos"), "--out", at("out")], says: /Expected videos in .*empty/ },
    { what: "no folder of videos", code: 40, args: () => ["--drivers", at("none"), "--photos", at("photos"), "--out", at("out")], says: /check --drivers/ },
    { what: "no photos", code: 40, args: () => ["--drivers", at("clips"), "--photos", at("empty"), "--out", at("out")], says: /Expected photos in .*empty/ },
    { what: "a report that exists", code: 21, args: () => ["--drivers", at("clips"), "--photos", at("photos"), "--out", at("kept")], says: /kept/ },
    { what: "a model that is none", code: 32, args: () => ["--drivers", at("clips"), "--photos", at("photos"), "--out", at("out"), "--model-dir", at("broken")], says: /SHA-256/ },
    { what: "a photo without a face", code: 15, args: () => ["--drivers", at("clips"), "--photos", at("walls"), "--out", at("out")], says: /none was found.*wall\.png/, model: true },
    { what: "a clip without a face", code: 16, args: () => ["--drivers", at("grey"), "--photos", at("photos"), "--out", at("out")], says: /grey\.mp4 but none was found in its 3 frames/, model: true },
  ];
  for (const { what, code, args, says, model } of cases) {
    test(`${what} ends with code ${code} and one line, and leaves nothing`, { skip: model && noMediapipe }, async () => {
      const files = await readdir(folder), result = await run("--progress", "none", ...args());
      assert.match(result.stderr, /^reenact: [^\n]+\n$/);
      assert.match(result.stderr, says);
      assert.deepEqual({ code: result.code, stdout: result.stdout }, { code, stdout: "" });
      assert.deepEqual(await readdir(folder), files);
    });
  }

  test("a clip moves a photo: everything is in the report, and what MediaPipe reads moves it, too", { skip: noMediapipe }, async () => {
    const { code, stdout, stderr } = await run("--drivers", at("clips"), "--photos", at("photos"), "--out", at("report"), "--ss", "0.5", "--to", "2", "--ceiling", "--keep-videos", "--json");
    assert.equal(code, 0, stderr);
    const { path, ...report } = JSON.parse(stdout) as DrivenReport & { path: string };
    assert.equal(path, at("report"));
    assert.deepEqual(report, JSON.parse(await readFile(at("report/report.json"), "utf8")));
    const [pair] = report.pairs;
    assert.deepEqual([report.pairs.length, pair.driver, pair.photo], [1, "driver.mp4", "photo.png"]);
    assert.deepEqual(report.contestants.map(({ key }) => key), ["ours", "mediapipe"]);
    for (const [key, scores] of Object.entries(pair.scores)) {
      assert.deepEqual([scores.lost, scores.lag, scores.verified], [0, 0, 1], key);
      assert.ok(scores.expSim > 0.4 && scores.r > 0.5 && scores.gain > 0.25 && scores.gain < 1.5, `${key} ${JSON.stringify(scores)}`);
      assert.ok(scores.sharpness > 0.7 && scores.sharpness < 1.2 && scores.likeness > 0.85 && Math.abs(scores.leakage) < 0.1, `${key} ${JSON.stringify(scores)}`);
      assert.ok(Object.keys(scores.channels).length > 0, key);
    }
    assert.deepEqual((await readdir(at("report"))).sort(), ["report.html", "report.json", "report.md", "strips", "videos"]);
    assert.deepEqual((await readdir(at("report/videos"))).sort(), ["001-mediapipe.mp4", "001-ours.mp4"]);
    const { width, height } = await sharp(at("report/strips/001.jpg")).metadata();
    assert.deepEqual([width, height], [8 * 160, 3 * 160], "eight faces of driver, network and ceiling");
    const html = await readFile(at("report/report.html"), "utf8");
    assert.ok(html.includes("driver.mp4 on photo.png") && html.includes("data:image/jpeg;base64,"));
    assert.doesNotMatch(html.replace(/base64,[^"]*/g, ""), /undefined|NaN/); // pictures may spell anything
    assert.match(await readFile(at("report/report.md"), "utf8"), /!\[driver\.mp4 on photo\.png\]\(strips\/001\.jpg\)/);
    const progress = stderr.trim().split("\n").map((line) => JSON.parse(line) as { stage: string; done: number; total: number });
    assert.deepEqual(progress.at(-1), { progress: "end", stage: "pairs", done: 2, total: 2, eta: 0 });
  });

  test("an animation that is upside down and a photo on its side are judged as if both were upright", { skip: noMediapipe }, async () => {
    const { code, stdout, stderr } = await run("--progress", "none", "--drivers", at("turned clips"), "--photos", at("turned photos"), "--out", at("turned"), "--pairs", "1", "--json");
    assert.equal(code, 0, stderr);
    const { pairs: [{ driver, photo, faces, frames, scores: { ours } }] } = JSON.parse(stdout) as DrivenReport;
    assert.deepEqual([driver, photo, faces / frames, ours.lost, ours.lag, ours.verified], ["upside-down.gif", "aside.png", 1, 0, 0, 1]);
    assert.ok(ours.expSim > 0.4 && ours.r > 0.5 && ours.poseR > 0.5 && ours.poseGain > 0.25, JSON.stringify(ours));
    assert.ok(ours.sharpness > 0.7 && ours.sharpness < 1.2 && ours.likeness > 0.85, JSON.stringify(ours));
  });

  test("a photo that is told to stay follows nothing and is itself", { skip: noMediapipe }, async () => {
    const still = await run("--progress", "none", "--drivers", at("clips"), "--photos", at("photos"), "--out", at("still"), "--ss", "0.5", "--to", "1.5", "--json",
      "--strength", "0", "--head", "still", "--gaze", "photo");
    assert.equal(still.code, 0, still.stderr);
    const { pairs: [{ scores: { ours } }], settings } = JSON.parse(still.stdout) as DrivenReport;
    assert.deepEqual([settings.head, settings.gaze, settings.strength], ["still", "photo", 0]);
    assert.ok(Math.abs(ours.gain) < 0.05 && ours.expSim < 0.3 && !(ours.r > 0.3), JSON.stringify(ours));
    assert.ok(ours.likeness > 0.98 && Math.abs(ours.leakage) < 0.02 && Math.abs(ours.sharpness - 1) < 0.12 && ours.trembling < 0.5, JSON.stringify(ours));
    assert.deepEqual((await readdir(at("still"))).sort(), ["report.html", "report.json", "report.md", "strips"]);
  });
});
