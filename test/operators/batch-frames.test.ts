import assert from "node:assert/strict";
import { test } from "node:test";
import { TestScheduler } from "rxjs/testing";
import { batchFrames } from "../../src/operators/batch-frames.js";

const scheduler = () => new TestScheduler((actual, expected) => assert.deepEqual(actual, expected));

test("a full batch goes on at once, a batch that waits too long goes on as it is, the rest at the end", () => {
  scheduler().run(({ cold, expectObservable }) => {
    const frames = cold("ab---c 40ms d|");
    const batches = frames.pipe(batchFrames(2, { latency: 20 }));
    expectObservable(batches).toBe("-x 19ms y 25ms (z|)", { x: ["a", "b"], y: ["c"], z: ["d"] });
  });
});

test("no frame, no batch; an error passes", () => {
  scheduler().run(({ cold, expectObservable }) => {
    expectObservable(cold("100ms |").pipe(batchFrames(4, { latency: 20 }))).toBe("100ms |");
    expectObservable(cold("--#").pipe(batchFrames(4, { latency: 20 }))).toBe("--#");
  });
});

test("no batch holds frames of two groups", () => {
  scheduler().run(({ cold, expectObservable }) => {
    const batches = cold("aaabcc|").pipe(batchFrames(2, { latency: Infinity, groupOf: (frame) => frame }));
    expectObservable(batches).toBe("-x-yzw|", { x: ["a", "a"], y: ["a"], z: ["b"], w: ["c", "c"] });
  });
});
