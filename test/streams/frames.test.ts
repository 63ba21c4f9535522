import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { concatMap, finalize, lastValueFrom, map, take, tap, toArray } from "rxjs";
import type { Frame } from "../../src/frame.js";
import { Credits } from "../../src/streams/credits.js";
import { openDecoder } from "../../src/streams/decode.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { fitWithin, padToEven } from "../../src/streams/frame-size.js";
import { framesFrom } from "../../src/streams/frames-from.js";
import { probeVideo } from "../../src/streams/probe.js";
import { clipMaker } from "./clips.js";
import { assertFails, temporaryFolder } from "./media.js";

const clip = clipMaker(await temporaryFolder(), await mediaTools());

test("credits are taken in order, given back, and an abort leaves the queue", async () => {
  const credits = new Credits(1);
  const order: string[] = [];
  await credits.take();
  const abort = new AbortController();
  const first = credits.take(abort.signal);
  const second = credits.take().then(() => order.push("second"));
  const third = credits.take().then(() => order.push("third"));
  abort.abort();
  await assertFails(first, "ABORTED");
  credits.give();
  await second;
  credits.give();
  await third;
  assert.deepEqual(order, ["second", "third"]);
  assert.throws(() => new Credits(0), { code: "USAGE" });
});

test("never more frames are on the way than there are credits", async () => {
  await using reader = await openDecoder(await probeVideo(await clip("film.mp4")));
  const credits = new Credits(3);
  let [onTheWay, most] = [0, 0];
  const frames$ = framesFrom(reader, credits).pipe(
    tap(() => (most = Math.max(most, ++onTheWay))),
    concatMap(async (frame) => {
      await sleep(2);
      return frame;
    }),
    tap(() => {
      onTheWay--;
      credits.give();
    }),
    map(({ index }: Frame) => index),
    toArray(),
  );
  assert.deepEqual(await lastValueFrom(frames$), Array.from({ length: 36 }, (_, i) => i));
  assert.equal(most, 3);
  await Promise.all([credits.take(), credits.take(), credits.take()]);
});

test("unsubscribing stops the pulling, errors arrive as errors", async () => {
  const info = await probeVideo(await clip("film.mp4"));
  await using reader = await openDecoder(info);
  const credits = new Credits(50);
  let finalized = false;
  const frames$ = framesFrom(reader, credits).pipe(take(5), finalize(() => (finalized = true)), toArray());
  assert.equal((await lastValueFrom(frames$)).length, 5);
  assert.ok(finalized);
  await sleep(50);
  const next = await reader.next();
  assert.ok(next !== undefined && next.index < 8, `frame ${next?.index} is next`);

  await using empty = await openDecoder(info, { start: 100 });
  await assertFails(lastValueFrom(framesFrom(empty, credits)), "INPUT_EMPTY");
});

test("padding to even sizes repeats the edge and moves nothing", () => {
  const pixels = { width: 3, height: 1, data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]) };
  const row = [1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9];
  assert.deepEqual(padToEven(pixels), { width: 4, height: 2, data: Uint8Array.from([...row, ...row]) });
  const even = { width: 2, height: 2, data: new Uint8Array(12) };
  assert.equal(padToEven(even), even);
  assert.deepEqual(fitWithin({ width: 4000, height: 3000 }, 1000), { width: 1000, height: 750 });
  assert.deepEqual(fitWithin({ width: 400, height: 300 }, 1000), { width: 400, height: 300 });
  assert.deepEqual(fitWithin({ width: 4000, height: 1 }, 100), { width: 100, height: 1 });
});
