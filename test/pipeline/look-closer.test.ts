import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Pixels } from "../../src/frame.js";
import type { Turn } from "../../src/model/geometry/quarter-turns.js";
import { openLandmarks } from "../../src/model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { faceNotes, preparePhoto } from "../../src/pipeline/prepare-photo.js";
import { MODEL_DIR, noMediapipe } from "../model/landmarks/face-photo.js";

const photo = fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url));
/** The example's face: where it is in the photo of 768×768, pixels. */
const FACE = { x: 384, y: 384, width: 321 };
let source: LandmarkSource;
before(async () => { source = await openLandmarks({ kind: "facemesh" }); });
after(() => source.close());

/** A picture of a colour with the example's photo put into it, each so wide, at a place, and upright after so many quarter turns clockwise. */
async function picture(width: number, height: number, ...photos: { side: number; left: number; top: number; turn?: Turn }[]): Promise<Pixels> {
  const layers = await Promise.all(photos.map(async ({ side, left, top, turn = 0 }) => (
    { input: await sharp(photo).resize(side).rotate((360 - 90 * turn) % 360).toBuffer(), left, top })));
  const { data } = await sharp({ create: { width, height, channels: 3, background: "#7a8a70" } }).composite(layers).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width, height };
}

test("a face of 45 pixels in a photo of 2,000 is found, where it is, and told to be small", async () => {
  const side = Math.round((768 * 45) / FACE.width), scale = side / 768;
  const found = await preparePhoto(await picture(2000, 1500, { side, left: 1311, top: 804 }), source, "largest");
  assert.deepEqual([found.faces.length, found.number], [1, 1]);
  const { x, y, width, height } = found.faces[0];
  assert.ok(Math.abs(width - 45) < 6, `${width} wide`);
  assert.ok(Math.hypot(x + width / 2 - 1311 - scale * FACE.x, y + height / 2 - 804 - scale * FACE.y) < 6, `at ${x + width / 2}, ${y + height / 2}`);
  assert.match(faceNotes(found, "largest").join(), /^The face is only 4\d pixels wide/);
});

for (const [kind, turns] of [["facemesh", [1, 2, 3]], ["mediapipe", [0, 2]]] as const) {
  test(`a face that is small and turned is found, by ${kind}`, { skip: kind === "mediapipe" && noMediapipe }, async () => {
    await using landmarks = await openLandmarks({ kind, modelDir: MODEL_DIR, offline: true });
    const side = Math.round((768 * 45) / FACE.width);
    for (const turn of turns) {
      const { faces, landmarks: { turn: found = 0 } } = await preparePhoto(await picture(2000, 1500, { side, left: 1311, top: 804, turn }), landmarks, "largest");
      const [{ x, y, width, height }] = faces;
      assert.deepEqual([found, faces.length], [turn, 1]);
      assert.ok(Math.abs(Math.min(width, height) - 45) < 4 && Math.hypot(x + width / 2 - 1311 - side / 2, y + height / 2 - 804 - side / 2) < 4, JSON.stringify(faces));
    }
  });
}

test("where there is no face there is none, however closely it is looked at", async () => {
  await assert.rejects(preparePhoto(await picture(800, 500), source, "largest"), { code: "NO_FACE_IN_PHOTO" });
});

test("of several faces the user is told, unless one was chosen", async () => {
  const both = await picture(1000, 600, { side: 400, left: 20, top: 100 }, { side: 500, left: 480, top: 60 });
  const found = await preparePhoto(both, source, "largest");
  assert.deepEqual(faceNotes(found, "largest"), ["The photo shows 2 faces: the largest comes alive, number 2 from the left; --face chooses another one."]);
  assert.deepEqual(faceNotes(await preparePhoto(both, source, 1), 1), []);
});
