import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Pixels } from "../../src/frame.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import { boxOf } from "../../src/model/landmarks/pick-face.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { turnPicture } from "../../src/model/geometry/quarter-turns.js";
import { liveTurn } from "../../src/pipeline/live-turn.js";
import { readPhoto } from "../../src/streams/photo.js";

const { pixels: upright } = await readPhoto(fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url)), { maxSide: 256 });
const empty: Pixels = { ...upright, data: new Uint8Array(upright.data.length).fill(120) };
let facemesh: LandmarkSource, looks = 0;
/** The same, and counts. */
let source: LandmarkSource;
before(async () => {
  facemesh = await openLandmarks({ kind: "facemesh" });
  source = { name: facemesh.name, close: () => facemesh.close(), [Symbol.asyncDispose]: () => facemesh.close(), detect(...given) {
    looks++;
    return facemesh.detect(...given);
  } };
});
after(() => facemesh.close());

/** How many faces a live source finds in each of so many pictures. */
async function follow(live: LandmarkSource, picture: Pixels, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push((await live.detect(picture, { timestamp: i / 25 })).length);
  return found;
}

test("a live driver upside down is found after a moment, where it is, and told once", async () => {
  const told: number[] = [], live = liveTurn(source, (turn) => told.push(turn)), picture = turnPicture(upright, 2);
  const found = await follow(live, picture, 14);
  assert.deepEqual(found.slice(10), [1, 1, 1, 1]);
  assert.deepEqual(told, [2]);
  const [face] = await live.detect(picture, { timestamp: 1 }), { x, y, width, height } = boxOf(face), [inUpright] = await facemesh.detect(upright), box = boxOf(inUpright);
  assert.ok(Math.hypot(x + width / 2 - (256 - box.x - box.width / 2), y + height / 2 - (256 - box.y - box.height / 2)) < 3, JSON.stringify({ x, y, width, height, box }));
  assert.equal(face.turn, 2);
});

test("one that is upright is read as ever, and an empty chair costs next to nothing", async () => {
  const told: number[] = [], live = liveTurn(source, (turn) => told.push(turn));
  looks = 0;
  assert.deepEqual(await follow(live, upright, 3), [1, 1, 1]);
  assert.deepEqual(new Set(await follow(live, empty, 60)), new Set([0]), "whoever has been there comes back upright");
  assert.equal(looks, 63);
  looks = 0;
  await follow(liveTurn(source), empty, 100);
  assert.equal(looks, 100 + 4 * 4, "in four turns after 10, 20, 40 and 80 pictures");
  assert.deepEqual(told, []);
});
