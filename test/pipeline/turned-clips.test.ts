import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { openIdentityJudge, type IdentityJudge } from "../../src/model/evaluation/identity-judge.js";
import { faceMotion } from "../../src/model/geometry/driver-motion.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { collectFrames } from "../../src/pipeline/collect-frames.js";
import { readClip } from "../../src/pipeline/read-clip.js";
import { createReenactor } from "../../src/pipeline/reenactor.js";
import { scoreOverTime } from "../../src/pipeline/score-over-time.js";
import { scoreVideo } from "../../src/pipeline/score-video.js";
import { openInput } from "../../src/streams/media-input.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { ffmpeg, temporaryFolder } from "../streams/media.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const folder = await temporaryFolder(), at = (name: string) => join(folder, name), tools = await mediaTools();
const TURNS = { upright: "null", "upside-down": "hflip,vflip", aside: "transpose=clock" } as const;
let landmarks: LandmarkSource, identity: IdentityJudge;

before(async () => {
  for (const [name, filter] of Object.entries(TURNS)) {
    mkdirSync(at(name));
    const from = ["-ss", "1", "-i", media("driver.mp4"), "-frames:v", "12", "-an", "-vf"];
    // Lossless, so that its pictures are those of the upright one.
    await ffmpeg(tools, ...from, `scale=320:320:out_range=pc,format=gbrp,${filter}`, "-c:v", "ffv1", at(`${name}/clip.mkv`));
  }
  [landmarks, identity] = await Promise.all([openLandmarks({ kind: "facemesh" }), openIdentityJudge()]);
});
after(() => Promise.all([landmarks.close(), identity.close()]));

for (const name of ["upside-down", "aside"] as const) {
  test(`a driver ${name}, an output of the same kind: scored as if both were upright`, async () => {
    for (const [driver, output] of [[name, "upright"], ["upright", name], [name, name]] as const) {
      const scores = await scoreVideo(at(`${driver}/clip.mkv`), at(`${output}/clip.mkv`), { kind: "facemesh" });
      assert.equal(scores.frames, 12, `${driver}, ${output}`);
      for (const movement of ["mouthOpen", "smile", "eyesOpen", "browsUp"] as const) {
        assert.ok(scores[movement] > 0.999 && Math.abs(scores.strength[movement] - 1) < 0.01, `${driver}, ${output}: ${movement} ${scores[movement]} ×${scores.strength[movement]}`);
      }
    }
  });

  test(`a clip ${name} is read, and taken photos of, upright`, async () => {
    const rolls: number[] = [];
    for await (const { face } of readClip(at(`${name}/clip.mkv`), landmarks)) rolls.push(face ? faceMotion(face).head.roll : NaN);
    assert.equal(rolls.length, 12);
    assert.ok(rolls.every((roll) => Math.abs(roll) < 20), rolls.join());
    await collectFrames({ videos: at(name), out: at(`photos-${name}`), frames: 1, landmarks });
    const { data, info } = await sharp(at(`photos-${name}/0000-00.png`)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const [face] = await landmarks.detect({ data, width: info.width, height: info.height });
    assert.ok(Math.abs(faceMotion(face).head.roll) < 20 && face.score > 0.995, `${faceMotion(face).head.roll}° ${face.score}`);
  });
}

test("a batch's report follows a driver upside down onto a photo on its side", async () => {
  await sharp(media("photo.jpg")).resize(256).rotate(270).png().toFile(at("photo.png"));
  await using reenactor = createReenactor();
  const output = at("made.mp4"), input = at("upside-down/clip.mkv");
  await reenactor.reenact({ input, photo: at("photo.png"), output, landmarks: "facemesh", cache: false });
  await using scene = await reenactor.open({ input, photo: at("photo.png"), landmarks: "facemesh", cache: false });
  await using made = await openInput(output);
  const { samples } = await scoreOverTime({
    driver: scene.info, cut: { start: 0, end: undefined }, output: await probeVideo(made), sitter: scene.sitter, landmarks, identity, samples: 6,
  });
  assert.equal(samples.length, 6);
  for (const { driver, output: shown, identity: likeness } of samples) assert.ok(driver && shown && likeness! > 0.8, JSON.stringify({ driver, shown, likeness }));
});
