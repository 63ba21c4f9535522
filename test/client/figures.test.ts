import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../src/client/backoff.js";
import { LiveFigures, percentile } from "../../src/client/figures.js";

const stages = { wait: 1, decode: 2, landmarks: 3, generate: 4, compose: 5, encode: 6 };
const head = { face: true, width: 9, height: 9, beside: 0, batch: 2, stages };

test("rates and delays are those of the last seconds", () => {
  const figures = new LiveFigures(0);
  for (let i = 0; i < 300; i++) {
    const now = i * (1000 / 30); // 10 s at 30/s, of which every other is sent and shown
    figures.noteOffered(now);
    if (i % 2 === 1) {
      figures.noteDrop("window");
      continue;
    }
    figures.noteSent(now, 1000);
    figures.noteReceived(now, 40, 2000, head);
    figures.noteShown(now, now < 5000 ? 500 : 60);
  }
  const now = figures.at(9990);
  assert.ok(Math.abs(now.fpsIn - 30) < 0.7 && Math.abs(now.fpsSent - 15) < 0.7 && Math.abs(now.fpsOut - 15) < 0.7, JSON.stringify(now));
  assert.deepEqual([now.p50, now.p95, now.roundTripP50], [60, 60, 40], "what is long past does not count");
  assert.deepEqual([now.offered, now.sent, now.shown, now.drops], [300, 150, 150, { window: 150 }]);
  assert.deepEqual([now.stages, now.batch], [stages, 2]);
  assert.ok(Math.abs(now.upload - 15) < 1 && Math.abs(now.download - 30) < 2);
});

test("a pause shows as such, and the first moments are no burst", () => {
  const figures = new LiveFigures(0);
  figures.noteOffered(0);
  figures.noteShown(1, 50);
  assert.ok(figures.at(2).fpsOut <= 1);
  const later = figures.at(60_000);
  assert.deepEqual([later.fpsIn, later.fpsOut], [0, 0]);
  assert.ok(Number.isNaN(later.p50));
});

test("figures do not grow with the rate", () => {
  const figures = new LiveFigures(0);
  for (let i = 0; i < 1e5; i++) figures.noteShown(i / 100, i);
  assert.ok(figures.at(1000).p50 > 9e4, "the newest remain");
});

test("percentiles", () => {
  assert.deepEqual([percentile([5, 1, 3], 0.5), percentile([1, 2, 3, 4], 0.95), percentile([7], 0)], [3, 4, 7]);
  assert.ok(Number.isNaN(percentile([], 0.5)));
});

test("waits double up to the most, shortened by chance by up to a half, and start anew", () => {
  const backoff = new Backoff(250, 8000, () => 0);
  assert.deepEqual(Array.from({ length: 8 }, () => backoff.next()), [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(backoff.attempts, 8);
  backoff.reset();
  assert.equal(backoff.next(), 250);
  assert.equal(new Backoff(250, 8000, () => 1).next(), 125);
});
