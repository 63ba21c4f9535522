import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Frame, Pixels } from "../../src/frame.js";
import type { View } from "../../src/pipeline/painters.js";
import sharp from "sharp";
import { createReenactor, type Reenactor } from "../../src/pipeline/reenactor.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { findDriver } from "../../src/pipeline/find-driver.js";
import { findTurn } from "../../src/pipeline/find-turn.js";
import { probeVideo } from "../../src/streams/probe.js";
import { turnPicture, turnPoints, type Turn } from "../../src/model/geometry/quarter-turns.js";
import { renderFrames } from "../../src/pipeline/render-frames.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { ffmpeg, temporaryFolder } from "../streams/media.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));
const folder = await temporaryFolder(), tools = await mediaTools();
let reenactor: Reenactor;
before(() => { reenactor = createReenactor(); });
after(() => reenactor.close());

/** FaceMesh, which counts how often it is asked. */
async function countingFaces(): Promise<LandmarkSource & { asked: number }> {
  const source = await openLandmarks({ kind: "facemesh", worker: false });
  const counting = {
    name: source.name, asked: 0, close: () => source.close(), [Symbol.asyncDispose]: () => source.close(),
    detect: (...given: Parameters<LandmarkSource["detect"]>) => {
      counting.asked++;
      return source.detect(...given);
    },
  };
  return counting;
}

/** How ffmpeg turns pictures so that so many quarter turns clockwise bring them upright. */
const FILTERS: Readonly<Record<Turn, string>> = { 0: "null", 1: "transpose=cclock", 2: "hflip,vflip", 3: "transpose=clock" };

/** The example's driver, so turned; lossless, so that its pictures are those of the upright one. */
async function clip(turn: Turn, seconds = 0.5): Promise<string> {
  const path = join(folder, `turned-${turn}-${seconds}.mkv`);
  if (!existsSync(path)) await ffmpeg(tools, "-ss", "1", "-i", media("driver.mp4"), "-t", String(seconds), "-vf", `scale=out_range=pc,format=gbrp,${FILTERS[turn]}`, "-c:v", "ffv1", "-an", path);
  return path;
}

test("a picture and its landmarks turn alike, and back", () => {
  const picture = { data: Uint8Array.from({ length: 3 * 6 }, (_, i) => i), width: 3, height: 2 };
  for (const turn of [0, 1, 2, 3] as const) {
    const turned = turnPicture(picture, turn), back = ((4 - turn) % 4) as Turn;
    assert.deepEqual(turnPicture(turned, back), picture);
    // The second pixel of the first row, by its middle.
    const [x, y] = turnPoints([1.5, 0.5, 7], turn, picture), at = 3 * (Math.floor(y) * turned.width + Math.floor(x));
    assert.deepEqual([...turned.data.subarray(at, at + 3)], [3, 4, 5], `turned by ${turn}`);
    assert.deepEqual([...turnPoints(turnPoints([1.5, 0.5, 7], turn, picture), back, turned)], [1.5, 0.5, 7]);
  }
});

/** The example's photo, so turned. */
async function photo(turn: Turn): Promise<string> {
  const path = join(folder, `photo-${turn}.png`);
  await sharp(media("photo.jpg")).resize(256).rotate((360 - 90 * turn) % 360).png().toFile(path);
  return path;
}

/** What a view shows of a driver, a few frames, and the notes of it. */
async function shown(turn: Turn, view: View, face?: string): Promise<{ frames: Pixels[]; notes: string[] }> {
  const frames: Pixels[] = [], notes: string[] = [];
  await using scene = await reenactor.open({ input: await clip(turn), photo: face ?? media("photo.jpg"), landmarks: "facemesh", view, maxSide: 256, cache: false }, { onNote: (note) => { if (!/scaled down/.test(note)) notes.push(note); } });
  const sink = { write: async ({ data, width, height }: Frame) => { frames.push({ data: data.slice(), width, height }); } };
  await renderFrames({ ...scene, sink }, scene.options);
  return { frames, notes };
}

/** Mean difference of two pictures of a size, levels of 255. */
function difference(a: Pixels, b: Pixels): number {
  assert.deepEqual([a.width, a.height], [b.width, b.height]);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length;
}

test("a driver upside down or on its side is read as if it were upright, which one note says", async () => {
  const upright = await shown(0, "composite");
  assert.deepEqual(upright.notes, []);
  // Heads and faces move more than this: what is compared is not the same picture all along.
  assert.ok(difference(upright.frames[0], upright.frames.at(-1)!) > 1, String(difference(upright.frames[0], upright.frames.at(-1)!)));
  for (const turn of [1, 2, 3] as const) {
    const { frames, notes } = await shown(turn, "composite");
    assert.equal(frames.length, upright.frames.length);
    for (const [i, frame] of frames.entries()) assert.ok(difference(frame, upright.frames[i]) < 0.1, `turned by ${turn}, frame ${i}: ${difference(frame, upright.frames[i])}`);
    assert.deepEqual(notes, [`The face in \`${await clip(turn)}\` ${turn === 2 ? "is upside down" : "lies on its side"}: it is read as if it were upright.`]);
  }
});

test("how a driver is held is found where nothing counts from its rest too, in a few looks at one that is upright", async () => {
  const options = { start: 0, end: undefined, neutral: "auto", head: "still", gaze: "photo", expression: "absolute", view: "composite" } as const;
  await using landmarks = await countingFaces();
  const engine = { read: () => Promise.reject(new Error("Expected nothing to be read")) };
  for (const turn of [0, 1, 2, 3] as const) {
    landmarks.asked = 0;
    assert.deepEqual(await findDriver(await probeVideo(await clip(turn)), options, { landmarks, engine }), { turn });
    if (turn === 0) assert.equal(landmarks.asked, 8);
  }
});

test("a picture that is upright is looked at once, another one in all four turns", async () => {
  await using landmarks = await countingFaces();
  for (const turn of [0, 2] as const) {
    landmarks.asked = 0;
    const { data, info: { width, height } } = await sharp(await photo(turn)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    assert.equal(await findTurn([{ data, width, height }], landmarks), turn);
    assert.equal(landmarks.asked, turn === 0 ? 1 : 4);
  }
});

test("a view that shows the driver shows it as it is", async () => {
  const [[upright], [turned]] = [(await shown(0, "side-by-side")).frames, (await shown(2, "side-by-side")).frames];
  // The driver is on the left: its half, turned by hand.
  const half = ({ data, width, height }: Pixels): Pixels => ({
    width: width / 2, height, data: Uint8Array.from({ length: (3 * width * height) / 2 }, (_, i) => data[Math.floor(i / (1.5 * width)) * 3 * width + (i % (1.5 * width))]),
  });
  assert.ok(difference(half(turned), turnPicture(half(upright), 2)) < 1);
  assert.ok(difference(half(turned), half(upright)) > 5);
});

test("a photo upside down or on its side comes alive as one that is upright, and stays as it is turned", async () => {
  const { frames: upright } = await shown(0, "composite", await photo(0));
  for (const turn of [1, 2, 3] as const) {
    const { frames, notes } = await shown(0, "composite", await photo(turn));
    for (const [i, frame] of frames.entries()) {
      const apart = difference(turnPicture(frame, turn), upright[i]);
      assert.ok(apart < 0.3, `turned by ${turn}, frame ${i}: ${apart}`);
    }
    assert.deepEqual(notes, [`The face in the photo ${turn === 2 ? "is upside down" : "lies on its side"}: it is read as if it were upright.`]);
  }
});
