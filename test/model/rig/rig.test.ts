import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { Rig } from "../../../src/model/rig/rig.js";
import { AHEAD, STRAIGHT, type RigPose } from "../../../src/model/rig/rig-pose.js";
import { sharedBasis } from "../../../src/model/rig/shared-basis.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { canonicalLandmarks, meanDifference, texture } from "../synthesis/fixtures.js";

const SIDE = 420, SCALE = 16;
let basis: ExpressionBasis;
let photo: Pixels;
let rig: Rig;

function pose(weights: Record<string, number>, rest: Partial<RigPose> = {}): RigPose {
  return { weights: weightVector(basis, weights), head: STRAIGHT, gaze: AHEAD, ...rest };
}

/** A mean over the pixels of a box. */
function differenceIn(a: Uint8Array, b: Uint8Array, [left, top, right, bottom]: readonly number[]): number {
  let sum = 0, count = 0;
  for (let y = top; y < bottom; y++) for (let i = 3 * (y * SIDE + left); i < 3 * (y * SIDE + right); i++, count++) sum += Math.abs(a[i] - b[i]);
  return sum / count;
}

describe("Rig", () => {
  before(async () => {
    basis = await sharedBasis();
    photo = texture(SIDE, SIDE);
    rig = new Rig(basis, photo, canonicalLandmarks(basis, SCALE, SIDE / 2, SIDE / 2));
  });

  it("gives the photo's own bytes at strength 0, whatever expression is asked for", () => {
    assert.ok(Buffer.from(photo.data).equals(rig.render(pose({ jawOpen: 1, mouthSmileLeft: 1, eyeBlinkRight: 1 }), 0)));
    const held = { head: { yaw: 12, pitch: 4, roll: 3 }, gaze: { x: 0.1, y: 0 } };
    const wild = rig.render(pose({ jawOpen: 1 }, held), 0), calm = rig.render({ ...pose({}, held), weights: rig.currentWeights }, 0);
    assert.ok(Buffer.from(wild).equals(calm) && !Buffer.from(wild).equals(photo.data), "head and gaze are not the expression's");
  });

  it("is the same when it is prepared while others go on, who get their turn between its pieces", async () => {
    let turns = 0, over = false;
    const goOn = () => { if (!over) setImmediate(goOn); turns++; };
    goOn();
    const prepared = await Rig.prepare(basis, photo, canonicalLandmarks(basis, SCALE, SIDE / 2, SIDE / 2)), asked = pose({ jawOpen: 0.5 }, { head: { yaw: 8, pitch: 2, roll: 0 } });
    over = true;
    assert.ok(turns >= 7, `${turns} turns`);
    assert.ok(Buffer.from(prepared.render(asked)).equals(rig.render(asked)));
    await assert.rejects(Rig.prepare(basis, photo, { points: new Float32Array(1434), score: 1 }), { code: "USAGE" });
  });

  it("leaves the picture's border and what is far from the head alone, and never writes to the photo", () => {
    const before = photo.data.slice();
    const out = rig.render(pose({ jawOpen: 1 }, { head: { yaw: 20, pitch: 14, roll: 15 }, gaze: AHEAD }));
    for (let i = 0; i < SIDE; i++) {
      for (const at of [i, i * SIDE, i * SIDE + SIDE - 1, (SIDE - 1) * SIDE + i]) assert.deepEqual(out.subarray(3 * at, 3 * at + 3), photo.data.subarray(3 * at, 3 * at + 3));
    }
    assert.deepEqual(photo.data, before);
  });

  it("draws the same picture into one that it drew before as into a new one", () => {
    const asked = pose({ mouthSmileLeft: 0.8, jawOpen: 0.3 });
    const reused = rig.render(pose({ jawOpen: 1, eyeBlinkLeft: 1 }, { head: { yaw: -12, pitch: 3, roll: 0 } }));
    assert.ok(Buffer.from(rig.render(asked, 1, reused)).equals(rig.render(asked)));
  });

  it("writes over pictures that were handed back, few of which it keeps, and over no others", () => {
    const asked = pose({ mouthSmileLeft: 0.8, jawOpen: 0.3 }), expected = rig.render(asked).slice(), other = pose({ jawOpen: 1 }, { head: { yaw: 9, pitch: 0, roll: 0 } });
    const handedBack = Array.from({ length: 20 }, () => rig.render(other));
    for (const picture of [...handedBack, ...handedBack, photo.data, photo.data.slice()]) rig.recycle(picture);
    const again = Array.from({ length: 20 }, () => rig.render(asked)), used = handedBack.filter((picture) => again.includes(picture)).length;
    assert.ok(again.every((picture) => Buffer.from(picture).equals(expected)));
    assert.equal(new Set(again).size, 20, "each of them once");
    assert.ok(used >= 2 && used * photo.data.length <= 8e6, `${used} of them`);
  });

  it("is on its coarse grid what it is pixel by pixel", () => {
    const exact = new Rig(basis, photo, canonicalLandmarks(basis, SCALE, SIDE / 2, SIDE / 2), undefined, { step: 1 });
    for (const asked of [
      pose({ jawOpen: 0.7 }), pose({ mouthSmileLeft: 1, mouthSmileRight: 1, browInnerUp: 1 }), pose({ eyeBlinkLeft: 1, eyeBlinkRight: 1 }),
      pose({ jawOpen: 0.4 }, { head: { yaw: 15, pitch: -6, roll: 8 } }),
    ]) {
      const off = meanDifference(rig.render(asked), exact.render(asked));
      const change = meanDifference(rig.render(asked), photo.data);
      assert.ok(off < 0.06 * change, `${off} of ${change} grey levels`);
    }
  });

  it("shows the teeth in a smile down to their edges: hardly any gums, and no gaps between", () => {
    const face = canonicalLandmarks(basis, SCALE, SIDE / 2, SIDE / 2), { upper, lower } = basis.lips;
    upper.forEach((u, k) => { // with closed lips
      face.points[3 * u + 1] = face.points[3 * lower[k] + 1] = (face.points[3 * u + 1] + face.points[3 * lower[k] + 1]) / 2;
    });
    const skin = new Rig(basis, { ...photo, data: new Uint8Array(photo.data.length).fill(140) }, face);
    const seen = { teeth: 0, gums: 0 };
    const smile = skin.render(pose({ mouthSmileLeft: 0.8, mouthSmileRight: 0.8, mouthUpperUpLeft: 0.3, mouthUpperUpRight: 0.3, jawOpen: 0.05 }));
    for (let y = 200; y < 320; y++) {
      for (let x = 185; x < 235; x++) { // the front teeth
        const [red, green] = smile.subarray(3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
        if (green > 160) seen.teeth++; // skin is 140
        else if (red > 1.25 * green) seen.gums++;
      }
    }
    assert.ok(seen.teeth > 100 && seen.gums < 0.2 * seen.teeth, JSON.stringify(seen));
  });

  it("opens the mouth, closes the eyes, moves irises and turns the head, each where it belongs", () => {
    const rest = rig.render(pose({})), mouth = [160, 260, 260, 330], eyes = [120, 140, 300, 190];
    const jaw = rig.render(pose({ jawOpen: 1 })), blink = rig.render(pose({ eyeBlinkLeft: 1, eyeBlinkRight: 1 })), gaze = rig.render(pose({}, { gaze: { x: 0.15, y: 0 } }));
    assert.ok(differenceIn(jaw, rest, mouth) > 15 && differenceIn(jaw, rest, mouth) > 10 * differenceIn(jaw, rest, eyes));
    assert.ok(differenceIn(blink, rest, eyes) > 3 && differenceIn(blink, rest, mouth) < 1);
    assert.ok(differenceIn(gaze, rest, eyes) > 0.5 && differenceIn(gaze, rest, mouth) < 0.5);
    const turned = rig.render(pose({}, { head: { yaw: 15, pitch: 0, roll: 0 } }));
    assert.ok(differenceIn(turned, rest, mouth) > 5 && differenceIn(turned, rest, eyes) > 5);
  });

  it("scales with strength", () => {
    const asked = pose({ jawOpen: 1 });
    const [little, half, whole] = [0.2, 0.5, 1].map((strength) => meanDifference(rig.render(asked, strength), photo.data));
    assert.ok(little < half && half < whole, `${little} ${half} ${whole}`);
  });

  it("rigs faces that lie partly outside the photo, small and large ones, with and without irises", () => {
    for (const [scale, x, y, points] of [[3, 60, 60, 478], [34, 300, 40, 478], [16, 5, 400, 468]] as const) {
      const face = canonicalLandmarks(basis, scale, x, y);
      const cut = new Rig(basis, photo, { ...face, points: face.points.subarray(0, 3 * points) });
      assert.equal(cut.render(pose({ jawOpen: 1, eyeBlinkLeft: 1 }, { head: { yaw: 12, pitch: 0, roll: 0 }, gaze: { x: 0.1, y: 0 } })).length, photo.data.length);
    }
  });

  it("says what it expected", () => {
    assert.throws(() => rig.render({ ...pose({}), weights: new Float32Array(7) }), /Expected 51 weights but received 7/);
    assert.throws(() => rig.render(pose({}), 1, new Uint8Array(5)), /Expected a target of/);
    const { points, score } = canonicalLandmarks(basis, SCALE, 200, 200);
    assert.throws(() => new Rig(basis, photo, { points, score }), /Expected landmarks with blendshape scores/);
  });
});
