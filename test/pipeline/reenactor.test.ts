import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createReenactor } from "../../src/pipeline/reenactor.js";
import { reenact } from "../../src/pipeline/reenact.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { decodedHash, ffmpeg, temporaryFolder } from "../streams/media.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const photo = media("photo.jpg");

test("a reenactor opens its models once, gives the same frames as a job alone, outlives a job that fails, and ends after its jobs", async () => {
  const folder = await temporaryFolder(), tools = await mediaTools(), input = join(folder, "in.mp4");
  await ffmpeg(tools, "-t", "0.2", "-i", media("driver.mp4"), "-an", "-c:v", "libx264", input);
  const job = (name: string) => ({ input, photo, output: join(folder, name), landmarks: "facemesh", maxSide: 160, cache: false } as const);
  await reenact(job("alone.mp4"));
  const reenactor = createReenactor();
  const first = await reenactor.reenact(job("0.mp4"));
  await assert.rejects(reenactor.reenact({ ...job("none.mp4"), input: join(folder, "none.mp4") }), { name: "ReenactError", code: "INPUT_NOT_FOUND" });
  await assert.rejects(reenactor.reenact({ ...job("none.mp4"), strength: 7 }), { name: "ReenactError", code: "USAGE" });
  await assert.rejects(reenactor.open({ input: photo, photo: input }), { name: "ReenactError", code: "PHOTO_UNREADABLE" });
  const { landmarks, engine } = await reenactor.open({ ...job("x.mp4") }).then(async (scene) => {
    await scene.close();
    return scene;
  });
  const scene = await reenactor.open({ input, photo, landmarks: "facemesh", maxSide: 160, cache: false });
  assert.equal(scene.engine, engine, "one engine");
  assert.equal(scene.sitter.face.number, 1);
  await scene.close();
  await assert.rejects(landmarks.detect(scene.sitter.pixels), { code: "USAGE" }, "what was lent is not used any more once it is given back");
  // Side by side, and the end waits for them.
  const both = Promise.all([reenactor.reenact(job("1.mp4")), reenactor.reenact(job("2.mp4"))]);
  await reenactor.close();
  const [second, third] = await both;
  assert.deepEqual([second.frames, third.frames], [first.frames, first.frames]);
  await assert.rejects(reenactor.reenact(job("late.mp4")), { name: "ReenactError", code: "USAGE" });
  const hashes = await Promise.all(["alone", "0", "1", "2"].map((name) => decodedHash(tools, join(folder, `${name}.mp4`))));
  assert.deepEqual(new Set(hashes).size, 1);
});
