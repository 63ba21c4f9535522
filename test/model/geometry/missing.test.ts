import assert from "node:assert/strict";
import { test } from "node:test";
import { ActivityEase, activityAt, type Presence } from "../../../src/model/geometry/missing.js";

const clip = (pattern: string, fps = 30): Presence[] => [...pattern].map((c, k) => ({ time: k / fps, present: c === "x" }));
const all = (frames: Presence[]) => frames.map((_, k) => activityAt(frames, k));

test("a face that stays shows fully from the first frame, one that never comes shows nothing", () => {
  assert.deepEqual(all(clip("x".repeat(40))), Array(40).fill(1));
  assert.deepEqual(all(clip(".".repeat(40))), Array(40).fill(0));
});

test("a lost face eases out and a found one eases in, monotonically, without a jump", () => {
  const weights = all(clip("x".repeat(20) + ".".repeat(40) + "x".repeat(40)));
  assert.equal(weights[19], 1);
  assert.equal(weights[20 + 15], 0, "0.1 s grace and 0.4 s ease have passed");
  assert.equal(weights[59], 0);
  assert.equal(weights[60 + 11], 1, "back after 0.4 s");
  for (let k = 1; k < weights.length; k++) {
    assert.ok(Math.abs(weights[k] - weights[k - 1]) < 0.14, `step of ${weights[k] - weights[k - 1]} at frame ${k}`);
    if (k <= 59) assert.ok(weights[k] <= weights[k - 1]);
    else assert.ok(weights[k] >= weights[k - 1]);
  }
  assert.ok(weights[60] > 0 && weights[60] < 0.1, "the first frame of the return is a beginning");
});

test("the odd frame without a detection changes nothing", () => {
  assert.deepEqual(all(clip("xxxx.xxxxxx..xxxxxxx...xxxxxxx")), Array(30).fill(1));
});

test("only the look-back counts", () => {
  const frames = clip("xx....x..xxxxxxxx.......................x.x.x.x.x........xxxxx.....xxxxxxxxxxxxxxxxx");
  const whole = all(frames);
  for (const cut of [11, 30, 44]) {
    all(frames.slice(cut)).forEach((weight, k) => {
      if (k >= 16) assert.ok(Math.abs(weight - whole[cut + k]) < 1e-12, `frame ${cut + k} with the cut at ${cut}`);
    });
  }
});

test("the stream agrees with the pure function, also at an uneven frame rate", () => {
  const frames = clip("xxxxx.....xxx......xxxxxxxxxx............xxxx..xxxx", 24).map((f, k) => ({ ...f, time: f.time + (k % 3) * 0.011 }));
  const ease = new ActivityEase();
  const expected = all(frames);
  for (const [k, { time, present }] of frames.entries()) assert.ok(Math.abs(ease.next(time, present) - expected[k]) < 1e-12);
});
