import assert from "node:assert/strict";
import { test } from "node:test";
import { motionOf, smoothMotionAt, type TimedMotion } from "../../../src/model/geometry/driver-motion.js";
import { LiveMotion } from "../../../src/model/geometry/live-motion.js";
import { MotionEase } from "../../../src/model/geometry/motion-ease.js";
import { mulberry32 } from "../../helpers/random.js";

const FPS = 25;
type Head = readonly [yaw: number, pitch: number, roll: number];
const frame = (index: number, [yaw, pitch, roll]: Head, x = 0, open = 0.3): TimedMotion => (
  { time: index / FPS, motion: { head: { yaw, pitch, roll }, look: { x, y: 0, open }, mouth: 0 } });
const HEADS = { jumping: 3, jump: 12, speed: 300 };

test("a turning head is followed without lag, and trembling goes", () => {
  const random = mulberry32(3), noise = () => random() - 0.5;
  const turn = (i: number): Head => [0.8 * i, 0, -0.2 * i];
  const moving = Array.from({ length: 40 }, (_, i) => frame(i, turn(i)));
  for (const i of [10, 20, 30]) smoothMotionAt(moving, i).head!.forEach((angle, k) => assert.ok(Math.abs(angle - turn(i)[k]) < 1e-6));
  const still = Array.from({ length: 60 }, (_, i) => frame(i, [5 + noise(), noise(), noise()]));
  const shown = still.slice(8, 52).map((_, i) => smoothMotionAt(still, i + 8).head![0]);
  const trembling = (values: readonly number[]) => values.slice(1).reduce((sum, value, i) => sum + Math.abs(value - values[i]), 0);
  assert.ok(trembling(shown) < 0.25 * trembling(still.slice(8, 52).map(({ motion }) => motion!.head.yaw)));
});

test("frames beyond a quarter of a second do not matter", () => {
  const random = mulberry32(5), all = Array.from({ length: 50 }, (_, i) => frame(i, [20 * random(), 10 * random(), 0], 0.1 * random()));
  assert.deepEqual(smoothMotionAt(all, 25), smoothMotionAt(all.slice(18, 33), 7));
});

test("a blink freezes the gaze, whatever the irises are guessed to do", () => {
  const blink = Array.from({ length: 30 }, (_, i) => (i >= 13 && i <= 16 ? frame(i, [0, 0, 0], -0.3, 0.04) : frame(i, [0, 0, 0], 0.1)));
  const live = new LiveMotion();
  blink.forEach(({ time, motion }, i) => {
    assert.ok(Math.abs(smoothMotionAt(blink, i).gaze![0] - 0.1) < 0.001, `frame ${i}`);
    assert.ok(Math.abs(live.next(time, motion).gaze![0] - 0.1) < 0.001, `live, frame ${i}`);
  });
});

test("lost, found again, cut: the head eases and never jumps", () => {
  // Seen, lost for two seconds, found elsewhere, cut to another scene twice, lost for a moment.
  const values = (i: number): number[] | null => {
    if (i >= 20 && i < 70) return null;
    if (i === 150 || i === 151 || i === 152 || i === 153) return null;
    return [i < 20 ? 12 : i < 100 ? -8 : i < 106 ? 14 : i < 151 ? -15 : 10, 0, 0];
  };
  const ease = new MotionEase(HEADS), shown = Array.from({ length: 200 }, (_, i) => ease.next(i / FPS, values(i), 3)[0]);
  for (let i = 1; i < shown.length; i++) assert.ok(Math.abs(shown[i] - shown[i - 1]) < 5, `from ${shown[i - 1]} to ${shown[i]} at frame ${i}`);
  for (const [i, angle] of [[10, 12], [45, 0], [95, -8], [140, -15], [190, 10]]) assert.ok(Math.abs(shown[i] - angle) < 0.01, `frame ${i}: ${shown[i]}`);
  assert.ok(Math.abs(shown[99] + 8) < 0.01 && shown[103] > -8 && shown[103] < 14, "a cut is gone over");
});

test("what is shown depends on a second and a half before it and nothing else", () => {
  const random = mulberry32(11);
  const values = Array.from({ length: 400 }, (): number[] | null => [0, 0, 0]);
  for (let i = 0, level = 0, lost = 0; i < values.length; i++) {
    if (random() < 0.06) level = 40 * (random() - 0.5);
    if (lost-- < 0 && random() < 0.05) lost = Math.floor(25 * random());
    values[i] = lost > 0 ? null : [level + random(), level / 2, 0];
  }
  const whole = new MotionEase(HEADS), shown = values.map((value, i) => whole.next(i / FPS, value, 3));
  for (let start = 0; start + 60 < values.length; start += 7) {
    const part = new MotionEase(HEADS);
    for (let i = start; i < start + 60; i++) {
      const own = part.next(i / FPS, values[i], 3);
      if (i >= start + 33) own.forEach((value, k) => assert.ok(Math.abs(value - shown[i][k]) < 1e-9, `frame ${i} begun at ${start}`));
    }
  }
});

test("a fast nod is no cut", () => {
  const ease = new MotionEase(HEADS), nod = (i: number) => 15 * Math.sin(i * 0.7);
  for (let i = 0; i < 50; i++) assert.ok(Math.abs(ease.next(i / FPS, [0, nod(i), 0], 3)[1] - nod(i)) < 1e-9);
});

test("live: steady at rest, quick when moving, fresh after a gap", () => {
  const live = new LiveMotion(), random = mulberry32(2);
  const rest = Array.from({ length: 60 }, (_, i) => live.next(i / FPS, frame(i, [0.4 * (random() - 0.5), 0, 0]).motion).head![0]);
  assert.ok(Math.max(...rest.slice(20)) - Math.min(...rest.slice(20)) < 0.2);
  const turned = Array.from({ length: 25 }, (_, i) => live.next((60 + i) / FPS, frame(0, [Math.min(20, 2 * i), 0, 0]).motion).head![0]);
  assert.ok(turned[14] > 17, `${turned[14]} degrees 0.2 s after a turn to 20`);
  assert.deepEqual(live.next(100 / FPS, undefined), { head: null, gaze: null });
  assert.equal(live.next(120 / FPS, frame(0, [-9, 0, 0]).motion).head![0], -9);
});

test("the mouth's opening does not depend on the face's size", () => {
  const points = Float32Array.from({ length: 3 * 468 }, (_, i) => Math.sin(i));
  points.set([100, 0, 0], 3 * 263);
  points.set([0, 0, 0], 3 * 33);
  points.set([50, 60, 0], 3 * 13);
  points.set([50, 70, 0], 3 * 14);
  assert.ok(Math.abs(motionOf(points).mouth - 0.1) < 1e-6 && Math.abs(motionOf(points.map((value) => 7 * value)).mouth - 0.1) < 1e-6);
});
