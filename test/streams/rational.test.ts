import assert from "node:assert/strict";
import { test } from "node:test";
import { fineTimeBase, formatRational, invert, parseRational, rational, sameRational, toSeconds, toTicks } from "../../src/streams/rational.js";

test("fractions are exact and in lowest terms", () => {
  assert.deepEqual(rational(60000, 2002), { num: 30000, den: 1001 });
  assert.deepEqual(rational(0, 7), { num: 0, den: 1 });
  assert.deepEqual(invert({ num: 30000, den: 1001 }), { num: 1001, den: 30000 });
  assert.ok(sameRational({ num: 25, den: 1 }, { num: 50, den: 2 }));
  assert.equal(formatRational({ num: 24000, den: 1001 }), "24000/1001");
  assert.throws(() => rational(1, 0), RangeError);
  assert.throws(() => rational(1.5, 2), RangeError);
});

test("what ffprobe prints is read, what is no positive fraction is not", () => {
  assert.deepEqual(parseRational("30000/1001"), { num: 30000, den: 1001 });
  assert.deepEqual(parseRational("16:9"), { num: 16, den: 9 });
  assert.deepEqual(parseRational("25"), { num: 25, den: 1 });
  for (const text of ["0/0", "1/0", "0/1", "N/A", "", "-1/25", undefined]) assert.equal(parseRational(text), undefined, text);
});

test("seconds and ticks go back and forth without loss, for days", () => {
  for (const timeBase of [{ num: 1, den: 90_000 }, { num: 1001, den: 30_000 }, { num: 1, den: 1_000_000 }]) {
    for (const ticks of [0, 1, 1001, 123_456_789, 7_776_000_001]) assert.equal(toTicks(toSeconds(ticks, timeBase), timeBase), ticks);
  }
});

test("an encoder's clock holds every tick of the source's", () => {
  assert.deepEqual(fineTimeBase({ num: 1, den: 90_000 }), { num: 1, den: 90_000 });
  assert.deepEqual(fineTimeBase({ num: 1, den: 1000 }), { num: 1, den: 16_000 });
  assert.deepEqual(fineTimeBase({ num: 1001, den: 30_000 }), { num: 1, den: 30_000 });
  assert.deepEqual(fineTimeBase({ num: 1, den: 25 }), { num: 1, den: 12_800 });
  assert.deepEqual(fineTimeBase({ num: 1, den: 1_000_000_000 }), { num: 1, den: 1_000_000 });
});
