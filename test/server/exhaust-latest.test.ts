import assert from "node:assert/strict";
import { test } from "node:test";
import { firstValueFrom, Subject, toArray } from "rxjs";
import { exhaustLatest } from "../../src/server/exhaust-latest.js";

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("one value at a time, then the newest; what is asked for late is the newest still", async () => {
  const source = new Subject<number>(), open: (() => void)[] = [];
  const results = firstValueFrom(source.pipe(exhaustLatest(async (newest) => {
    await new Promise<void>((resolve) => open.push(resolve));
    return newest();
  }), toArray()));
  source.next(1);
  source.next(2); // before its turn: 1 is never worked on
  assert.equal(open.length, 1);
  open[0]();
  await soon();
  source.next(3);
  assert.equal(open.length, 2, "2 was emitted, 3 is worked on");
  source.next(4);
  source.next(5);
  source.complete();
  open[1]();
  await soon();
  assert.deepEqual(await results, [2, 5]);
});

test("nothing is worked on after it is unsubscribed; what fails is an error", async () => {
  const source = new Subject<number>();
  let worked = 0;
  const subscription = source.pipe(exhaustLatest(async (newest) => { worked++; await soon(); return newest(); })).subscribe(() => assert.fail("unsubscribed"));
  source.next(1);
  source.next(2);
  subscription.unsubscribe();
  await soon();
  await soon();
  assert.equal(worked, 1);
  const failing = firstValueFrom(source.pipe(exhaustLatest(() => Promise.reject(new Error("no")))));
  source.next(3);
  await assert.rejects(failing, /no/);
});
