import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poseOf, similarityOf } from "../../../src/model/geometry/crop-pose.js";
import { FaceForesight, type PlacedFace } from "../../../src/model/geometry/face-foresight.js";

/** Seconds between two pictures, and a crop pixel in pixels of the picture. */
const STEP = 0.04, SCALE = 2;

/** A face so far to the right, crop pixels, whose head is turned so far, degrees. */
function face(right: number, yaw = 0): PlacedFace {
  const alignment = similarityOf({ x: 320 + SCALE * right, y: 240, logScale: Math.log(SCALE), rotation: 0.1 });
  return { alignment, motion: { head: { yaw, pitch: 3, roll: -2 }, look: { x: 0.1, y: -0.05, open: 0.3 }, mouth: 0.02 } };
}

/** How far to the right a face is. */
const rightOf = ({ alignment }: PlacedFace) => (poseOf(alignment).x - 320) / SCALE;

/** Looks at pictures 0…count − 1 of a face that moves. @param at how far it is in picture i */
function watched(count: number, at: (i: number) => PlacedFace | undefined): FaceForesight {
  const foresight = new FaceForesight();
  for (let i = 0; i < count; i++) foresight.found(i * STEP, at(i));
  return foresight;
}

describe("FaceForesight", () => {
  it("carries on most of a slow motion, of place and head, and leaves eyes, lips, size and tilt as they were", () => {
    const told = watched(2, (i) => face(0.5 * i, i)).next(2 * STEP)!;
    assert.ok(Math.abs(rightOf(told) - 0.9) < 1e-6, `${rightOf(told)} crop pixels`);
    assert.ok(Math.abs(told.motion.head.yaw - 1.8) < 1e-6 && told.motion.head.pitch === 3 && told.motion.head.roll === -2);
    assert.deepEqual([told.motion.look, told.motion.mouth], [face(0).motion.look, 0.02]);
    const { logScale, rotation } = poseOf(told.alignment);
    assert.ok(Math.abs(logScale - Math.log(SCALE)) < 1e-9 && Math.abs(rotation - 0.1) < 1e-9);
  });

  it("tells of one picture between two looks, and of none before two", () => {
    assert.equal(watched(1, () => face(0)).next(STEP), undefined);
    const foresight = watched(2, () => face(0));
    assert.ok(foresight.next(2 * STEP));
    assert.equal(foresight.next(3 * STEP), undefined);
    foresight.found(3 * STEP, face(0));
    assert.ok(foresight.next(4 * STEP));
  });

  it("wants a face looked at that moves or turns fast, was seen long ago, or is not there or not alone", () => {
    assert.equal(watched(2, (i) => face(1.5 * i)).next(2 * STEP), undefined);
    assert.equal(watched(2, (i) => face(0, 3 * i)).next(2 * STEP), undefined);
    assert.equal(watched(2, () => face(0)).next(STEP + 0.16), undefined);
    assert.equal(watched(3, (i) => (i < 2 ? face(0) : undefined)).next(3 * STEP), undefined);
  });

  it("is shy for half a second after a face that went where it was not expected", () => {
    const foresight = watched(2, () => face(0));
    foresight.next(2 * STEP);
    foresight.found(3 * STEP, face(2));
    let i = 4;
    for (; i * STEP < 3 * STEP + 0.5; i++) {
      assert.equal(foresight.next(i * STEP), undefined);
      foresight.found(i * STEP, face(2));
    }
    assert.ok(foresight.next(i * STEP));
  });
});
