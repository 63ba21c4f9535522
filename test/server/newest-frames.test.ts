import assert from "node:assert/strict";
import { test } from "node:test";
import { lastValueFrom, tap, toArray } from "rxjs";
import type { Frame } from "../../src/frame.js";
import { NewestFrames } from "../../src/server/newest-frames.js";
import { openDecoder } from "../../src/streams/decode.js";
import { probeVideo } from "../../src/streams/probe.js";
import { DRIVER, until } from "./live-fixtures.js";

const SECONDS = 1.5, IN_WORK = 2;

async function openDriver() {
  return openDecoder(await probeVideo(DRIVER), { end: SECONDS, maxSide: 128, realtime: true });
}

test("a driver plays at its own pace, and whoever keeps up gets every frame of it", async () => {
  await using reader = await openDriver();
  const newest = new NewestFrames(reader, IN_WORK), started = performance.now();
  const frames = await lastValueFrom(newest.frames.pipe(tap(() => setImmediate(() => newest.done())), toArray()));
  const took = (performance.now() - started) / 1000;
  assert.ok(took > SECONDS - 0.3, `read within ${took} s`);
  assert.equal(newest.read, 45);
  assert.equal(frames.length + newest.left, 45);
  assert.ok(newest.left < 10, `${newest.left} left out`); // a busy machine passes some on together
});

test("who does not keep up gets the newest frames, and the driver waits for nobody", async () => {
  await using reader = await openDriver();
  const newest = new NewestFrames(reader, IN_WORK), got: Frame[] = [], started = performance.now();
  /** A frame is done when so many more have come: the driver does not wait for it. */
  const doneAfter = async (more: number) => {
    const then = Math.min(45, newest.read + more);
    await until(`${then} frames`, () => newest.read >= then);
    newest.done();
  };
  const dones: Promise<void>[] = [];
  await lastValueFrom(newest.frames.pipe(tap((frame) => {
    got.push(frame);
    if (got.length >= IN_WORK) dones.push(doneAfter(got.length > IN_WORK ? 6 : 15)); // the first two take for ever, but for this one place
  })), { defaultValue: undefined });
  await Promise.all(dones);
  assert.ok((performance.now() - started) / 1000 < SECONDS + 10);
  assert.equal(newest.read, 45);
  assert.ok(newest.left > 30 && got.length + newest.left === 45, `${got.length} passed on, ${newest.left} left out`);
  const [first, second, third] = got.map(({ index }) => index);
  assert.deepEqual([first, second], [0, 1]);
  assert.ok(third > 5, `frame ${third} follows, the newest, and not the next one`);
  assert.ok(got.every(({ index }, i) => i === 0 || index > got[i - 1].index));
});
