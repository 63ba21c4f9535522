import assert from "node:assert/strict";
import { test } from "node:test";
import { countFromRest } from "../../../src/model/rig/count-from-rest.js";
import { restOf, type RestSample } from "../../../src/model/rig/driver-rest.js";
import { relativeShares } from "../../../src/model/rig/relative-shares.js";
import { RunningRest } from "../../../src/model/rig/running-rest.js";
import { mulberry32 } from "../../helpers/random.js";

/** Three weights: the jaw, a narrowed eye, and a gaze. */
const QUIET = [1, 1, 0];
const near = (value: number, expected: number, by = 1e-6) => assert.ok(Math.abs(value - expected) < by, `${value} instead of ${expected}`);

function sample({ yaw = 4, x = 0.05, jaw = 0, squint = 0.3, look = 0, open = 0.3, mouth = 0.01 } = {}): RestSample {
  return { head: { yaw, pitch: -3, roll: 1 }, look: { x, y: 0.02, open }, mouth, weights: [jaw, squint, look] };
}

test("a face's rest is the median of the calm frames, whatever their order and whatever else happens", () => {
  const random = mulberry32(4);
  const calm = Array.from({ length: 12 }, () => sample({ yaw: 4 + random() - 0.5, squint: 0.3 + 0.02 * random(), look: random() }));
  const talking = Array.from({ length: 20 }, () => sample({ yaw: 4 + random() - 0.5, jaw: 0.2 + 0.6 * random(), mouth: 0.2 }));
  const blinking = Array.from({ length: 4 }, () => sample({ x: -0.4, squint: 0.2, open: 0.05 }));
  const rest = restOf([...talking, ...calm, ...blinking], QUIET)!;
  near(rest.head.yaw, 4, 0.3);
  near(rest.head.pitch, -3);
  near(rest.gaze.x, 0.05);
  near(rest.weights[0], 0);
  near(rest.weights[1], 0.3, 0.011);
  assert.deepEqual(restOf([...blinking, ...calm, ...talking].reverse(), QUIET), rest);
});

test("the head and the eyes rest where they are mostly held, not where a few calm frames have them", () => {
  const aside = Array.from({ length: 4 }, () => sample({ yaw: -9, x: -0.2 }));
  const talking = Array.from({ length: 12 }, (_, i) => sample({ yaw: 4 + 0.1 * (i % 3), x: 0.05, jaw: 0.5, mouth: 0.2 }));
  const shut = Array.from({ length: 20 }, () => sample({ x: 0.4, open: 0.02, jaw: 0.5, mouth: 0.2 }));
  const rest = restOf([...aside, ...talking, ...shut], QUIET)!;
  near(rest.head.yaw, 4, 0.21);
  near(rest.gaze.x, 0.05); // closed eyes look nowhere
  near(rest.weights[0], 0);
});

test("a clip that begins with an open mouth, or holds nothing calm", () => {
  const rest = restOf([sample({ jaw: 0.8, mouth: 0.3 }), sample({ jaw: 0.7, mouth: 0.25 }), ...Array.from({ length: 6 }, () => sample())], QUIET)!;
  near(rest.weights[0], 0);
  const loud = restOf([sample({ jaw: 0.8, mouth: 0.3 }), sample({ jaw: 0.5, mouth: 0.3 }), sample({ jaw: 0.6, mouth: 0.3 })], QUIET)!;
  near(loud.weights[0], 0.53, 1e-6);
  assert.equal(restOf([], QUIET), undefined);
  assert.deepEqual(restOf([{ ...sample(), look: undefined }], QUIET)!.gaze, { x: 0, y: 0 });
});

test("modes: at rest the photo stays as it is, or is neutral, or wears the driver's rest", () => {
  const rest = [0.1, 0.4, 0], own = [0.3, 0, 0.2], at = Float32Array.from(rest), full = Float32Array.of(1, 1, 1);
  const close = (mode: "absolute" | "relative" | "calibrated", weights: Float32Array, expected: number[]) =>
    countFromRest(mode, weights, rest, own).forEach((weight, k) => near(weight, expected[k]));
  close("absolute", at, rest);
  close("relative", at, own);
  close("calibrated", at, [0, 0, 0]);
  close("absolute", full, [1, 1, 1]);
  close("relative", full, [1, 0.78, 1]); // a full movement stays a full one, unless the driver's rest hides much of it
  close("relative", Float32Array.of(0.4, 0.7, 0), [0.6, 0.39, 0.2]);
  close("calibrated", full, [1, 1, 1]);
  close("relative", Float32Array.of(0, 0, 0), [0.17, 0, 0.2]);
  // Of what rises above rest a photo may wear a part, when relative; what falls below it falls whole.
  near(countFromRest("relative", Float32Array.of(0.6), [0.2], [0.2], { kept: [1], worn: [0.5] })[0], 0.4);
  near(countFromRest("relative", Float32Array.of(0.1), [0.2], [0.2], { kept: [1], worn: [0.5] })[0], 0.1);
  near(countFromRest("calibrated", Float32Array.of(0.6), [0.2], [0.2], { kept: [1], worn: [0.5] })[0], 0.5);
  // Of its own expression it may keep a part, when relative.
  near(countFromRest("relative", Float32Array.of(0.2), [0.2], [0.8], { kept: [0.5], worn: [1] })[0], 0.4);
  near(countFromRest("absolute", Float32Array.of(0.2), [0.2], [0.8], { kept: [0.5], worn: [1] })[0], 0.2);
  // And that gives way to movements that oppose it, as they come; those below the driver's rest are none.
  const opposed = { kept: [0.5, 1], worn: [1, 1], yields: [[1], []] }, withOther = (other: number) => countFromRest("relative", Float32Array.of(0.2, other), [0.2, 0.1], [0.8, 0.3], opposed)[0];
  [[0.1, 0.4], [0, 0.4], [0.35, 0.4], [0.575, 0.2], [0.8, 0], [1, 0]].forEach(([other, left]) => near(withOther(other), left));
  // What rest all but hides is not blown up.
  near(countFromRest("calibrated", Float32Array.of(1), [0.95], [0])[0], 0.25);
});

test("a kiss takes the place of the photo's own smile", () => {
  const blendshapes = ["browDownLeft", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "jawOpen"];
  assert.deepEqual(relativeShares({ blendshapes }).yields, [[], [], [], [2], []]);
});

test("a running estimate: an open mouth at first is no rest, it settles soon, drifts slowly and never jumps", () => {
  const running = new RunningRest(QUIET), series: RestSample[] = [
    ...Array.from({ length: 25 }, () => sample({ jaw: 0.7, mouth: 0.2, yaw: 9 })),
    ...Array.from({ length: 200 }, () => sample({ yaw: 5 })),
    ...Array.from({ length: 100 }, () => sample({ yaw: 15, jaw: 0.8, mouth: 0.3 })),
    ...Array.from({ length: 1500 }, () => sample({ yaw: 7 })),
  ];
  let before = running.next(0, series[0]);
  near(before.weights[0], 0);
  near(before.head.yaw, 9);
  const yaw = series.map((one, i) => {
    const rest = running.next((i + 1) / 25, one);
    assert.ok(Math.abs(rest.head.yaw - before.head.yaw) < 0.35, `${before.head.yaw} to ${rest.head.yaw} at ${i}`);
    return (before = rest).head.yaw;
  });
  near(yaw[24], 9);
  near(yaw[224], 5, 0.4);
  near(yaw[324], yaw[224]);
  assert.ok(yaw.at(-1)! > 5.5 && yaw.at(-1)! <= 7.001, "and drifts on");
  running.set({ ...before, head: { yaw: -2, pitch: 0, roll: 0 } });
  near(running.next(80, sample({ yaw: 7 })).head.yaw, -2, 0.2);
  running.reset();
  const told = running.next(81, sample({ yaw: 1, jaw: 0.4, mouth: 0.2 }));
  near(told.head.yaw, 1);
  near(told.weights[0], 0.4);
});
