import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../src/server/pace.js";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test("work takes its share of the time, one piece at a time, in the order it came; what is not wanted any more is not done", async () => {
  const pace = new Pace(0.25), { signal } = new AbortController(), gone = new AbortController();
  const order: number[] = [];
  let running = 0, most = 0;
  const piece = (n: number) => async () => {
    most = Math.max(most, ++running);
    order.push(n);
    await wait(20);
    running--;
    return n;
  };
  const started = performance.now();
  const all = [pace.run(piece(1), signal), pace.run(piece(2), signal), pace.run(piece(3), gone.signal), pace.run(piece(4), signal)];
  gone.abort();
  assert.deepEqual(await Promise.all(all), [1, 2, undefined, 4]);
  const took = performance.now() - started;
  assert.deepEqual([order, most], [[1, 2, 4], 1]);
  assert.ok(took >= 170, `three pieces of 20 ms with two rests of 60 ms took ${took} ms`);
  await assert.rejects(pace.run(() => { throw new Error("no"); }, signal), /no/);
  assert.equal(await pace.run(() => 5, signal), 5);
});
