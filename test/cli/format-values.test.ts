import assert from "node:assert/strict";
import { test } from "node:test";
import { byteCount, clock, stageTimes } from "../../src/cli/format-values.js";

test("a clock shows hours only when there are some", () => {
  assert.deepEqual([0, 59.4, 59.6, 61, 3599, 3600, 36_610].map(clock), ["0:00", "0:59", "1:00", "1:01", "59:59", "1:00:00", "10:10:10"]);
});

test("bytes are shown in the unit that keeps them below 1000", () => {
  assert.deepEqual([0, 999, 999.6, 1500, 84_200, 999_700, 1.26e9, 5e15].map(byteCount), ["0 B", "999 B", "1.0 kB", "1.5 kB", "84 kB", "1.0 MB", "1.3 GB", "5000 TB"]);
});

test("stage times leave out what was not measured", () => {
  assert.equal(stageTimes({ decode: 1.24, crop: undefined, encode: 10 }), "decode 1.2 · encode 10.0");
});
