import assert from "node:assert/strict";
import { test } from "node:test";
import { framesUnderWay } from "../../src/server/page/frames-under-way.js";

/** Figures of frames that are worked on for 20 ms in the server and are `way` milliseconds on the network. */
const figures = (way: number, fpsOut: number) => ({
  roundTripP50: way + 20, fpsOut, stages: { wait: 2, decode: 3, landmarks: 0, generate: 5, compose: 6, encode: 4 },
});

test("two frames on one machine; over a network as many more as are on their way; a start without figures", () => {
  assert.equal(framesUnderWay(true, figures(3, 25)), 2);
  assert.equal(framesUnderWay(false, figures(10, 25)), 3);
  assert.equal(framesUnderWay(false, figures(100, 30)), 6);
  assert.equal(framesUnderWay(true, { ...figures(NaN, 0), roundTripP50: NaN }), 2);
});

test("a far server is found out from the start, frame by frame: what is allowed makes the rate that allows more", () => {
  let most = framesUnderWay(false, figures(NaN, 0));
  for (let i = 0; i < 10; i++) most = framesUnderWay(false, figures(200, Math.min(30, (1000 * most) / 260)));
  assert.ok(30 * 0.26 <= most && most <= 10, `${most} frames for 260 ms at 30 a second`);
});
