import assert from "node:assert/strict";
import { test } from "node:test";
import { followReading, gazeOf, readingOf } from "../../../src/model/evaluation/reading-measures.js";

const near = (actual: number, expected: number, what: string) => assert.ok(Math.abs(actual - expected) < 1e-6, `${what}: ${actual} instead of ${expected}`);

test("a channel is the mean of its sides", () => {
  const reading = readingOf({ jawOpen: 0.5, mouthSmileLeft: 0.2, mouthSmileRight: 0.6 }, [0.1, -0.2]);
  near(reading.jawOpen, 0.5, "jaw");
  near(reading.mouthSmile, 0.4, "smile");
  near(reading.eyeBlink, 0, "nothing said");
  near(reading.gazeY, -0.2, "gaze");
});

test("half of every movement, always .3 too much: correlation 1, slope a half", () => {
  const clip = Array.from({ length: 40 }, (_, i) => readingOf({ jawOpen: 0.5 + 0.4 * Math.sin(i / 3), mouthPucker: 0.001 * Math.sin(i) }, [0.1 * Math.cos(i / 5), 0]));
  const told = clip.map((reading) => ({ ...reading, jawOpen: 0.3 + 0.5 * reading.jawOpen, gazeX: -reading.gazeX }));
  const followed = followReading(told, clip);
  near(followed.jawOpen!.r, 1, "r");
  near(followed.jawOpen!.slope, 0.5, "slope");
  near(followed.gazeX!.r, -1, "the other way");
  near(followed.gazeX!.slope, -1, "the other way");
  assert.deepEqual(Object.keys(followed), ["jawOpen", "gazeX"], "what does not move is not judged");
});

test("a reading that never moves follows nothing", () => {
  const clip = Array.from({ length: 20 }, (_, i) => readingOf({ jawOpen: i / 20 }, [0, 0]));
  assert.deepEqual(followReading(clip.map((reading) => ({ ...reading, jawOpen: 0.4 })), clip), { jawOpen: { r: 0, slope: 0 } });
});

test("irises between the corners: a share of the eye's width, whatever the size of the face and however it is tilted", () => {
  const face = (turn: number, scale: number) => {
    const points = new Float32Array(478 * 3);
    const c = scale * Math.cos(turn), s = scale * Math.sin(turn);
    const put = (i: number, x: number, y: number) => points.set([x * c - y * s + 200, x * s + y * c + 90, 0], 3 * i);
    put(33, -30, 0); put(133, -10, 0); put(362, 10, 0); put(263, 30, 0);
    put(468, -20 + 3, 1); put(473, 20 + 1, 3); // 3 and 1 of 20 to the right, 1 and 3 down
    return points;
  };
  for (const [turn, scale] of [[0, 1], [0.4, 3.7]]) {
    const [x, y] = gazeOf(face(turn, scale));
    assert.ok(Math.abs(x - 0.1) < 1e-5 && Math.abs(y - 0.1) < 1e-5, `${x}, ${y}`);
  }
});
