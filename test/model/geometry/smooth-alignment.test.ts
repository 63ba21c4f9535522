import assert from "node:assert/strict";
import { test } from "node:test";
import { AlignmentSmoother } from "../../../src/model/geometry/alignment-smoother.js";
import { poseOf, similarityOf, type CropPose } from "../../../src/model/geometry/crop-pose.js";
import { LiveAlignment } from "../../../src/model/geometry/live-alignment.js";
import { smoothAt, type TimedAlignment } from "../../../src/model/geometry/smooth-alignment.js";

/** Repeatable noise of standard deviation 1 (Box–Muller over a linear congruential generator). */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 1) / 4294967297;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const deviation = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
};

function clip(frames: number, fps: number, pose: (time: number) => CropPose): TimedAlignment[] {
  return Array.from({ length: frames }, (_, k) => ({ time: k / fps, transform: similarityOf(pose(k / fps)) }));
}

const smoothAll = (frames: TimedAlignment[]) => frames.map((_, k) => smoothAt(frames, k));

function jittered(fps: number, seed = 1): TimedAlignment[] {
  const random = noise(seed);
  // A face 300 pixels wide whose landmarks tremble by a quarter of a crop pixel.
  return clip(20 * fps, fps, () => ({
    x: 400 + 0.75 * random(), y: 300 + 0.75 * random(), logScale: Math.log(3) + 0.004 * random(), rotation: 0.1 + 0.004 * random(),
  }));
}

test("pose and similarity are the same thing", () => {
  const t = { a: 2.1, b: -0.7, tx: 31, ty: -12 };
  const back = similarityOf(poseOf(t));
  for (const k of ["a", "b", "tx", "ty"] as const) assert.ok(Math.abs(back[k] - t[k]) < 1e-12);
});

test("a face at rest: jitter falls to a third, at any frame rate from 25 up", () => {
  for (const fps of [25, 30, 60]) {
    const frames = jittered(fps);
    const before = frames.map(({ transform }) => poseOf(transform!)), after = smoothAll(frames).map((t) => poseOf(t!));
    const inner = <T>(list: T[]) => list.slice(fps, -fps);
    for (const component of ["x", "y", "logScale", "rotation"] as const) {
      const factor = deviation(inner(before).map((p) => p[component])) / deviation(inner(after).map((p) => p[component]));
      assert.ok(factor > 2.8, `${component} at ${fps} frames/s: jitter suppressed ${factor.toFixed(2)} times`);
    }
  }
});

test("uniform motion passes unchanged: no lag, not even at the ends or across missing frames", () => {
  const speeds: CropPose[] = [
    { x: 20, y: -10, logScale: 0.05, rotation: 0.1 },
    { x: 900, y: 400, logScale: 0.4, rotation: -1.5 },
  ];
  for (const v of speeds) {
    const path = (t: number): CropPose => ({
      x: 100 + v.x * t, y: 200 + v.y * t, logScale: 0.3 + v.logScale * t, rotation: 3 + v.rotation * t,
    });
    const frames = clip(40, 30, path).map((f, k) => (k % 7 === 3 ? { ...f, transform: null } : f));
    for (const [k, smoothed] of smoothAll(frames).entries()) {
      if (!frames[k].transform) assert.equal(smoothed, null);
      else for (const c of ["a", "b", "tx", "ty"] as const) {
        assert.ok(Math.abs(smoothed![c] - frames[k].transform[c]) < 1e-6, `frame ${k}, ${c}: ${smoothed![c]} for ${frames[k].transform[c]}`);
      }
    }
  }
});

test("a nod is followed: no delay and nearly its whole height", () => {
  // 30 crop pixels of amplitude would be a wild nod; 8 at 1 Hz is a plain one.
  const frames = clip(120, 30, (t) => ({ x: 0, y: 24 * Math.sin(2 * Math.PI * t), logScale: Math.log(3), rotation: 0 }));
  const after = smoothAll(frames).map((t) => poseOf(t!).y);
  const peak = Math.max(...after.slice(10, 110));
  assert.ok(peak > 24 * 0.94, `peak ${peak.toFixed(2)} of 24`);
  for (let k = 15; k < 105; k++) {
    const truth = 24 * Math.sin(2 * Math.PI * k / 30);
    assert.ok(Math.abs(after[k] - truth) < 1.5, `frame ${k}: ${after[k].toFixed(2)} for ${truth.toFixed(2)} image pixels`);
  }
});

test("a cut to another face leaves no trace on either side", () => {
  const first = { x: 100, y: 100, logScale: 0, rotation: 0 }, second = { x: 300, y: 150, logScale: 1, rotation: 0.5 };
  const frames = clip(40, 30, (t) => (t < 20 / 30 - 1e-9 ? first : second));
  for (const [k, smoothed] of smoothAll(frames).entries()) assert.ok(Math.abs(poseOf(smoothed!).x - (k < 20 ? 100 : 300)) < 1e-9);
});

test("where the video was cut does not matter once the reach is covered", () => {
  const frames = jittered(30, 7);
  const whole = smoothAll(frames);
  const part = frames.slice(50, 120);
  smoothAll(part).forEach((t, k) => {
    if (k >= 8 && k < part.length - 8) assert.deepEqual(t, whole[50 + k]);
  });
});

test("the stream gives what the pure function gives, in order, at once when it can, and everything at the end", () => {
  const frames = jittered(30, 3).map((f, k) => ({ ...f, label: k, transform: k % 11 === 5 ? null : f.transform }));
  const expected = smoothAll(frames);
  const smoother = new AlignmentSmoother<(typeof frames)[number]>();
  let waiting = 0;
  const out = frames.flatMap((frame, k) => {
    const ready = smoother.push(frame);
    waiting = Math.max(waiting, k + 1 - (ready.at(-1)?.label ?? 0));
    return ready;
  });
  assert.ok(out.length >= frames.length - 9, `${frames.length - out.length} frames still wait at the end`);
  assert.ok(waiting <= 10, `${waiting} frames wait for their future`);
  out.push(...smoother.flush());
  assert.deepEqual(out.map((f) => f.label), frames.map((_, k) => k));
  assert.deepEqual(out.map((f) => f.smoothed), expected);
  assert.deepEqual(smoother.flush(), []);
});

test("the number of waiting frames is bounded at any frame rate", () => {
  const smoother = new AlignmentSmoother<TimedAlignment>({ maxFrames: 6 });
  let waiting = 0;
  for (const frame of jittered(240)) {
    waiting += 1 - smoother.push(frame).length;
    assert.ok(waiting <= 6, `${waiting} frames wait`);
  }
  assert.equal(smoother.flush().length, waiting);
});

test("live: calmer at rest, close behind in motion, fresh after a gap and after a jump", () => {
  const live = new LiveAlignment();
  const frames = jittered(30, 5);
  const after = frames.map((f) => poseOf(live.next(f.time, f.transform)!));
  const rest = <T>(list: T[]) => list.slice(30);
  const factor = deviation(rest(frames).map((f) => poseOf(f.transform!).x)) / deviation(rest(after).map((p) => p.x));
  assert.ok(factor > 1.8, `jitter suppressed ${factor.toFixed(2)} times`);

  const moving = new LiveAlignment();
  let error = 0;
  for (const { time, transform } of clip(60, 30, (t) => ({ x: 90 * t, y: 0, logScale: Math.log(3), rotation: 0 }))) {
    error = 90 * time - poseOf(moving.next(time, transform)!).x;
  }
  // 30 crop pixels a second: less than a frame and a half behind.
  assert.ok(error > 0 && error < 4.5, `${error.toFixed(2)} image pixels behind`);
  assert.equal(moving.next(2, null), null);
  const elsewhere = similarityOf({ x: 180, y: 40, logScale: Math.log(3), rotation: 0 });
  assert.ok(Math.abs(moving.next(5, elsewhere)!.ty - elsewhere.ty) < 1e-9, "after a gap the first face counts in full");
  const other = similarityOf({ x: 700, y: 40, logScale: Math.log(3), rotation: 0 });
  assert.ok(Math.abs(moving.next(5.03, other)!.tx - other.tx) < 1e-9, "another face counts in full");
});
