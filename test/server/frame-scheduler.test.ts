import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameScheduler, type Lane } from "../../src/server/frame-scheduler.js";

interface Driver extends Lane<number> {
  started: number[];
  replaced: number[];
  open: boolean;
}

function lane(scheduler: FrameScheduler<number>): Driver {
  const driver: Driver = {
    started: [], replaced: [], open: true,
    mayStart: () => driver.open,
    start: (frame) => { driver.started.push(frame); },
    superseded: (frame) => { driver.replaced.push(frame); },
  };
  scheduler.add(driver);
  return driver;
}

test("one session has as many in work as it may, and then its newest frame waits", () => {
  const scheduler = new FrameScheduler<number>(4, 2);
  const a = lane(scheduler);
  for (let n = 1; n <= 5; n++) scheduler.offer(a, n);
  assert.deepEqual(a.started, [1, 2]);
  assert.deepEqual(a.replaced, [3, 4]);
  assert.deepEqual([scheduler.inWork, scheduler.waiting], [2, 1]);
  scheduler.done(a);
  assert.deepEqual(a.started, [1, 2, 5], "the newest, not the oldest");
});

test("all sessions get their turn, however much one of them sends", () => {
  const scheduler = new FrameScheduler<number>(2, 2);
  const [greedy, modest, other] = [lane(scheduler), lane(scheduler), lane(scheduler)];
  const order: Driver[] = [];
  let inWork: Driver[] = [];
  for (const driver of [greedy, modest, other]) driver.start = (frame) => { driver.started.push(frame); order.push(driver); inWork.push(driver); };
  for (let round = 0; round < 100; round++) {
    for (let n = 0; n < 10; n++) scheduler.offer(greedy, 1000 * round + n);
    scheduler.offer(modest, round);
    scheduler.offer(other, round);
    const [first, ...rest] = inWork;
    inWork = rest;
    scheduler.done(first);
  }
  const counts = [greedy, modest, other].map(({ started }) => started.length);
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, counts.join(", "));
});

test("whoever may not get a result costs nobody a turn, and goes on when woken", () => {
  const scheduler = new FrameScheduler<number>(1, 1);
  const [slow, quick] = [lane(scheduler), lane(scheduler)];
  slow.open = false;
  scheduler.offer(slow, 1);
  scheduler.offer(quick, 2);
  assert.deepEqual([slow.started, quick.started], [[], [2]]);
  scheduler.offer(slow, 3);
  assert.deepEqual(slow.replaced, [1]);
  scheduler.done(quick);
  assert.deepEqual(slow.started, []);
  slow.open = true;
  scheduler.wake();
  assert.deepEqual(slow.started, [3]);
});

test("a session that leaves frees its places; what it finishes later counts no more", () => {
  const scheduler = new FrameScheduler<number>(2, 2);
  const [leaving, staying] = [lane(scheduler), lane(scheduler)];
  scheduler.offer(leaving, 1);
  scheduler.offer(leaving, 2);
  scheduler.offer(staying, 3);
  assert.deepEqual(staying.started, []);
  scheduler.remove(leaving);
  assert.deepEqual(staying.started, [3]);
  scheduler.done(leaving);
  scheduler.remove(leaving);
  assert.equal(scheduler.inWork, 1);
  assert.throws(() => scheduler.offer(leaving, 4), /gone/);
});

test("a waiting frame can be withdrawn", () => {
  const scheduler = new FrameScheduler<number>(1, 1);
  const a = lane(scheduler);
  scheduler.offer(a, 1);
  scheduler.offer(a, 2);
  assert.equal(scheduler.withdraw(a), 2);
  assert.equal(scheduler.withdraw(a), undefined);
  scheduler.done(a);
  assert.deepEqual([a.started, scheduler.inWork], [[1], 0]);
});
