import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import type { PersonMask } from "../../../src/model/rig/person-mask.js";
import { AHEAD, STRAIGHT, type HeadAngles } from "../../../src/model/rig/rig-pose.js";
import { Rig } from "../../../src/model/rig/rig.js";
import { sharedBasis } from "../../../src/model/rig/shared-basis.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { canonicalLandmarks } from "../synthesis/fixtures.js";

const SIDE = 420, SCALE = 11, MIDDLE = SIDE / 2, ACROSS = 105, DOWN = 140, EDGE = 8;
const TURNS: readonly HeadAngles[] = [{ yaw: 20, pitch: 0, roll: 0 }, { yaw: -20, pitch: 0, roll: 0 }, { yaw: -12, pitch: -9, roll: 9 }];

/** How far outside of the head a place is, pixels; negative inside. The head is an oval that ends in a neck and shoulders. */
function outside(x: number, y: number): number {
  const oval = (Math.hypot((x - MIDDLE) / ACROSS, (y - MIDDLE + 10) / DOWN) - 1) * ACROSS;
  return Math.min(oval, y > MIDDLE ? Math.abs(x - MIDDLE) - 60 : Infinity, y > 390 ? Math.abs(x - MIDDLE) - 180 : Infinity);
}
/** Bars behind the head, which is reddish brown. */
const bar = (x: number) => (Math.floor(x / 7) % 2 === 0 ? 210 : 90);
const isRed = (data: Uint8Array, x: number, y: number) => data[3 * (y * SIDE + x)] > data[3 * (y * SIDE + x) + 2] + 50;

describe("PersonLayer", () => {
  let basis: ExpressionBasis, photo: Pixels, person: PersonMask, cut: Rig, whole: Rig;
  const pose = (head: HeadAngles, weights: Record<string, number> = {}) => ({ weights: weightVector(basis, weights), head, gaze: AHEAD });

  before(async () => {
    basis = await sharedBasis();
    const data = new Uint8Array(3 * SIDE * SIDE);
    for (let y = 0, at = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++, at += 3) {
        const share = Math.min(1, Math.max(0, 0.5 - outside(x, y)));
        [150, 90, 60].forEach((colour, c) => { data[at + c] = share * (colour + 12 * Math.sin(x / 9) * Math.cos(y / 7)) + (1 - share) * bar(x); });
      }
    }
    photo = { data, width: SIDE, height: SIDE };
    const mask = new Float32Array(256 * 256);
    for (let n = 0; n < mask.length; n++) mask[n] = Math.min(1, Math.max(0, 0.5 - outside((((n % 256) + 0.5) * SIDE) / 256, ((Math.floor(n / 256) + 0.5) * SIDE) / 256) / 2));
    person = { data: mask, width: 256, height: 256 };
    const face = canonicalLandmarks(basis, SCALE, MIDDLE, MIDDLE);
    cut = new Rig(basis, photo, face, undefined, { person });
    whole = new Rig(basis, photo, face);
  });

  it("leaves every line beside the head as it is, bit for bit, where the field alone bends them", () => {
    for (const head of TURNS) {
      const out = cut.render(pose(head)), bent = whole.render(pose(head));
      let still = 0, bends = 0;
      for (let y = 0; y < 370; y++) { // above the shoulders
        for (let x = 0; x < SIDE; x++) {
          const at = 3 * (y * SIDE + x);
          if (outside(x, y) < 50) continue; // where the head may have come
          assert.deepEqual([...out.subarray(at, at + 3)], [...photo.data.subarray(at, at + 3)], `(${x}, ${y}) has changed`);
          still++;
          if (Math.abs(bent[at] - photo.data[at]) > 20) bends++;
        }
      }
      assert.ok(still > 20_000 && bends > 100, `${still} places are background, of which the field bends ${bends}`);
    }
  });

  it("moves the head, and shows bars where it was", () => {
    const out = cut.render(pose(TURNS[0])), y = 120;
    let first = 0, last = SIDE - 1, was = 0;
    while (!isRed(photo.data, was, y)) was++;
    while (!isRed(out, first, y)) first++;
    while (!isRed(out, last, y)) last--;
    assert.ok(first > was + 3, `the head began at ${was} and begins at ${first}`);
    for (let x = was - 2; x < first - EDGE; x++) {
      const [red, , blue] = out.subarray(3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
      assert.ok(Math.abs(red - blue) < 40 && red > 60, `(${x}, ${y}) is ${red}, ${blue}`);
    }
    for (let x = first + EDGE; x < last - EDGE; x++) assert.ok(isRed(out, x, y), `a hole at (${x}, ${y})`);
  });

  it("gives the photo at rest, and its picture depends on nothing but the pose", () => {
    const rest = cut.render(pose(STRAIGHT), 0);
    assert.ok(Buffer.from(rest).equals(photo.data));
    const asked = pose(TURNS[2], { jawOpen: 0.6 }), used = cut.render(pose(TURNS[0]));
    assert.ok(Buffer.from(cut.render(asked, 1, used)).equals(cut.render(asked)));
  });

  it("begins softly: a turn of a hundredth of a degree changes next to nothing anywhere", () => {
    const out = cut.render(pose({ yaw: 0.01, pitch: 0, roll: 0 })), rest = cut.render(pose(STRAIGHT));
    const most = out.reduce((largest, value, i) => Math.max(largest, Math.abs(value - rest[i])), 0);
    assert.ok(most <= 8, `${most} grey levels`);
  });

  it("does without where the mask is not to be trusted", () => {
    const face = canonicalLandmarks(basis, SCALE, MIDDLE, MIDDLE), nobody = new Rig(basis, photo, face, undefined, { person: { ...person, data: person.data.map(() => 0) } });
    assert.ok(Buffer.from(nobody.render(pose(TURNS[0]))).equals(whole.render(pose(TURNS[0]))));
  });
});
