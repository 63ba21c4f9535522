import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapMean } from "../../../src/model/evaluation/bootstrap.js";
import { calibrate } from "../../../src/model/evaluation/calibrate.js";
import { cosine } from "../../../src/model/evaluation/cosine.js";
import { mulberry32 } from "../../helpers/random.js";

test("cosine", () => {
  assert.equal(cosine([1, 2, 3], [2, 4, 6]), 1);
  assert.equal(cosine([1, 0], [0, 5]), 0);
  assert.equal(cosine([1, 1], [-1, -1]).toFixed(9), "-1.000000000");
  assert.ok(Number.isNaN(cosine([0, 0], [1, 1])));
});

test("kinds that do not overlap: the middle between them, no errors", () => {
  const { threshold, equalError, auc, lenientAccepted, sameMean, differentMean } = calibrate([0.8, 0.9], [0.1, 0.3, 0.2]);
  assert.ok(Math.abs(threshold - 0.55) < 1e-12);
  assert.deepEqual([equalError, auc, lenientAccepted], [0, 1, 1]);
  assert.ok(Math.abs(sameMean - 0.85) < 1e-12 && Math.abs(differentMean - 0.2) < 1e-12);
});

test("kinds that overlap: as many refused as accepted wrongly", () => {
  // Two normal distributions two standard deviations apart: errors of 15.9 % at the middle, AUC Φ(√2) = .921.
  const random = mulberry32(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const same = Array.from({ length: 3000 }, () => 2 + normal()), different = Array.from({ length: 5000 }, () => normal());
  const found = calibrate(same, different);
  assert.ok(Math.abs(found.threshold - 1) < 0.1, `${found.threshold}`);
  assert.ok(Math.abs(found.equalError - 0.159) < 0.02, `${found.equalError}`);
  assert.ok(Math.abs(found.auc - 0.921) < 0.02, `${found.auc}`);
  const accepted = different.filter((value) => value >= found.lenientThreshold).length / different.length;
  assert.ok(Math.abs(accepted - 0.01) < 0.002, `${accepted}`);
  // Φ(2.326 − 2) is refused.
  assert.ok(Math.abs(found.lenientAccepted - 0.372) < 0.05, `${found.lenientAccepted}`);
  assert.throws(() => calibrate([], [1]), RangeError);
});

test("a mean with its interval over people", () => {
  const random = mulberry32(4);
  const values = Array.from({ length: 400 }, () => random()), people = values.map((_, i) => `p${i}`);
  const many = bootstrapMean(values, people, "1")!;
  assert.ok(many.low < many.mean && many.mean < many.high);
  // The standard error of 400 uniform values is .0144: ±1.96 of it.
  assert.ok(Math.abs(many.high - many.low - 0.0566) < 0.012, `${many.high - many.low}`);
  assert.deepEqual(bootstrapMean(values, people, "1"), many, "the seed decides");

  // The same values from four people who differ: the interval says how few they are.
  const sorted = [...values].sort((a, b) => a - b);
  const few = bootstrapMean(sorted, sorted.map((_, i) => `p${Math.floor(i / 100)}`), "1")!;
  assert.ok(few.high - few.low > 5 * (many.high - many.low), `${few.high - few.low}`);

  assert.equal(bootstrapMean([NaN, 1, 3], ["a", "b", "c"], "1")!.mean, 2);
  assert.equal(bootstrapMean([NaN], ["a"], "1"), undefined);
});
