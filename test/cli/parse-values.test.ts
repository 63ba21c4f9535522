import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "commander";
import { evenBetween, integerBetween, numberBetween, parseColor, parseFace, parseFrameRate, parsePositiveTime, parseSize, parseTime, parseTimes } from "../../src/cli/parse-values.js";

const refused = (work: () => unknown, what: string) => assert.throws(work, InvalidArgumentError, what);

test("times are read as ffmpeg reads them", () => {
  const times = { "90": 90, "12.5": 12.5, "90.5s": 90.5, "500ms": 0.5, "250us": 0.00025, "1:30": 90, "00:01:30.5": 90.5, "2:00:00": 7200, "0": 0 };
  for (const [text, seconds] of Object.entries(times)) assert.ok(Math.abs(parseTime(text) - seconds) < 1e-9, text);
  for (const text of ["", "-1", "1m", "1:2:3:4", "1:", "abc", "1.2.3", "1:1.5:2"]) refused(() => parseTime(text), text);
});

test("frame rates are read as ffmpeg reads them", () => {
  for (const text of ["30", "29.97", "30000/1001", "0.5"]) assert.equal(parseFrameRate(text), text);
  for (const text of ["", "0", "0/1", "30/0", "-1", "fast", "1:2"]) refused(() => parseFrameRate(text), text);
});

test("lists of times hold at least one, each above 0", () => {
  assert.deepEqual(parseTimes("60,10:00, 500ms"), [60, 600, 0.5]);
  for (const text of ["", "0", "60,", "60,0", "60;600"]) refused(() => parseTimes(text), text);
  assert.equal(parsePositiveTime("1"), 1);
  refused(() => parsePositiveTime("0"), "0");
});

test("numbers stay between their bounds, which count as inside", () => {
  const strength = numberBetween(0, 1.5);
  assert.deepEqual(["0", "1.5", ".5", "1e-1"].map(strength), [0, 1.5, 0.5, 0.1]);
  for (const text of ["-0.1", "1.51", "", " ", "one", "NaN", "Infinity"]) refused(() => strength(text), text);
  assert.throws(() => strength("2"), /from 0 to 1\.5/);
  assert.throws(() => numberBetween(3, Infinity)("2"), /at least 3/);
});

test("whole and even numbers are just that", () => {
  assert.equal(integerBetween(1, 64)("64"), 64);
  for (const text of ["0", "65", "1.5", ""]) refused(() => integerBetween(1, 64)(text), text);
  assert.equal(evenBetween(64, 4096)("512"), 512);
  for (const text of ["513", "62", "512.5"]) refused(() => evenBetween(64, 4096)(text), text);
});

test("a face is the largest or counted from 1", () => {
  assert.equal(parseFace("largest"), "largest");
  assert.equal(parseFace("3"), 3);
  for (const text of ["0", "-1", "1.5", "smallest", ""]) refused(() => parseFace(text), text);
});

test("sizes and colours are written as they are elsewhere", () => {
  assert.deepEqual(parseSize("1280x720"), { width: 1280, height: 720 });
  for (const text of ["", "1280", "1280x721", "62x64", "1280x4000", "-2x64", "axb", "1280x720x2"]) refused(() => parseSize(text), text);
  assert.deepEqual(["#000", "#00B140"].map(parseColor), ["#000", "#00B140"]);
  for (const text of ["", "black", "#0000", "000000", "#00g140"]) refused(() => parseColor(text), text);
});
