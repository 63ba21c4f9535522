import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { runChild } from "../../src/streams/child.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { BASIS, MODEL, without } from "../model/synthesis/fixtures.js";
import { runCli } from "./run-cli.js";

test("reenact dataset build says how many frames of how many people it took, and why others were left out", { skip: without(BASIS, MODEL) }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-build-")), at = (...names: string[]) => join(folder, ...names);
  t.after(() => rm(folder, { recursive: true }));
  const media = resolve(import.meta.dirname, "../../examples/media");
  for (const name of ["photos", "videos", "empty"]) await mkdir(at(name));
  await copyFile(join(media, "photo.jpg"), at("photos", "photo.jpg"));
  const { ffmpeg } = await mediaTools();
  // A face, and from its twentieth frame on none.
  const filter = "drawbox=enable='gte(n,19)':color=gray:t=fill";
  await runChild(ffmpeg.path, ["-v", "error", "-ss", "1", "-i", join(media, "driver.mp4"), "-frames:v", "24", "-vf", filter, "-an", at("videos", "anna.mp4")]);
  const build = (...more: string[]) => runCli([
    "dataset", "build", "--photos", at("photos"), "--basis", BASIS, "--model-dir", dirname(MODEL), "--expressions", "2", "--pool", "4", "--progress", "none", ...more,
  ]);

  const { code, stdout, stderr } = await build("--videos", at("videos"), "--frames", "2", "--out", at("told"));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^2 frames of 1 people out of 24 in 1 videos; left out: 5 without a face, [67] next to a cut, 1[01] like others\n.*: 5 pictures of 1 people on 1 photos\n$/);
  const json = JSON.parse((await build("--videos", at("videos"), "--frames", "2", "--out", at("json"), "--json")).stdout) as { videos: { frames: number; left: { noFace: number } } };
  assert.deepEqual([json.videos.frames, json.videos.left.noFace], [2, 5]);

  const none = await build("--videos", at("empty"), "--out", at("none"));
  assert.deepEqual([none.code, none.stdout], [40, ""]);
  assert.match(none.stderr, /^reenact: Expected videos in [^\n]+ but found none[^\n]+\n$/);
  assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("none")), []);
});
