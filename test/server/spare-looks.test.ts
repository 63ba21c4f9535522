import assert from "node:assert/strict";
import { test } from "node:test";
import { SpareLooks } from "../../src/server/page/spare-looks.js";

/** Looks twice a second, from `now` on for some seconds; what is said last, and when it changed, milliseconds. */
function watch(looks: SpareLooks, now: number, seconds: number, fpsOut: number, costly = true): { readonly spares: boolean; readonly changed: number | undefined } {
  let spares: boolean | undefined, changed: number | undefined;
  for (const end = now + 1000 * seconds; now < end; now += 500) {
    const next = looks.next({ fpsIn: 30, fpsOut }, costly, now);
    if (spares !== undefined && next !== spares) changed = now;
    spares = next;
  }
  return { spares: spares!, changed };
}

test("looks are spared where page and server have been behind the camera for seconds, and looking costs much", () => {
  assert.equal(watch(new SpareLooks(), 0, 60, 29).spares, false);
  assert.equal(watch(new SpareLooks(), 0, 60, 27).spares, false);
  assert.equal(watch(new SpareLooks(), 0, 60, 20, false).spares, false);
  assert.equal(watch(new SpareLooks(), 0, 60, 0).spares, false, "nothing is shown");
  assert.deepEqual(watch(new SpareLooks(), 0, 10, 20), { spares: true, changed: 3000 });
});

test("a hiccup changes nothing", () => {
  const looks = new SpareLooks();
  for (let now = 0; now < 60_000; now += 5000) {
    assert.equal(watch(looks, now, 2.5, 20).spares, false);
    assert.equal(watch(looks, now + 2500, 2.5, 30).spares, false);
  }
});

test("it goes on while that is just enough, is given up after a while of keeping up, and where that does not hold later every time", () => {
  const looks = new SpareLooks();
  let now = 0;
  for (const wait of [10_000, 20_000, 40_000]) {
    assert.equal(watch(looks, now, 5, 20).spares, true);
    assert.equal(watch(looks, now += 5000, 100, 27).spares, true);
    const { spares, changed } = watch(looks, now += 100_000, wait / 1000 + 1, 30);
    assert.deepEqual([spares, changed! - now], [false, wait]);
    now += wait + 1000;
  }
});
