import assert from "node:assert/strict";
import { test } from "node:test";
import { from, lastValueFrom, toArray, type MonoTypeOperatorFunction } from "rxjs";
import { AHEAD, STRAIGHT } from "../../src/model/rig/rig-pose.js";
import { STEADY_REACH } from "../../src/model/rig/steady-weights.js";
import type { ActiveFrame, GeneratedFrame } from "../../src/operators/face-frame.js";
import { ownFrames, PastTooShort } from "../../src/operators/own-frames.js";
import { steadyPoses, steadyPosesLive } from "../../src/operators/steady-poses.js";
import { Credits } from "../../src/streams/credits.js";
import { createRandom } from "../../src/model/synthesis/random.js";

const pixels = { data: new Uint8Array(3), width: 1, height: 1 }, face = { points: new Float32Array(3), score: 1 };
const active = (index: number, seen = true): ActiveFrame => ({
  frame: { ...pixels, index, timestamp: index / 25 }, face: seen ? face : undefined, alignment: null, activity: 1, shown: true,
});
const read = (index: number, weight: number | undefined): GeneratedFrame => ({
  ...active(index), crop: null, generated: weight === undefined ? undefined : { pose: { weights: Float32Array.of(weight), head: STRAIGHT, gaze: AHEAD } },
});
const run = async <A, B>(frames: readonly A[], operator: (source: ReturnType<typeof from<A[]>>) => ReturnType<typeof from<B[]>>) =>
  lastValueFrom(operator(from(frames as A[])).pipe(toArray()), { defaultValue: [] as B[] });
const weightsOf = async (weights: readonly (number | undefined)[], operator: () => MonoTypeOperatorFunction<GeneratedFrame>) =>
  (await run(weights.map((weight, i) => read(i, weight)), operator())).map(({ generated }) => generated?.pose?.weights[0]);
const roughness = (values: readonly number[]) => values.slice(2).reduce((sum, value, i) => sum + Math.abs(value - 2 * values[i + 1] + values[i]), 0) / (values.length - 2);

for (const [name, operator, left] of [["with its future", steadyPoses, 0.4], ["live", steadyPosesLive, 0.75]] as const) {
  test(`a still face's reading trembles less, a blink keeps its height and its frame: ${name}`, async () => {
    const random = createRandom("3"), noisy = Array.from({ length: 200 }, () => 0.3 + 0.02 * (random() - 0.5));
    const steady = (await weightsOf(noisy, operator)).map(Number);
    assert.equal(steady.length, 200);
    assert.ok(roughness(steady) < left * roughness(noisy), `${roughness(steady)} of ${roughness(noisy)}`);
    const blink = [...Array<number>(10).fill(0.05), 0.5, 0.95, 0.4, ...Array<number>(10).fill(0.05)];
    const shown = (await weightsOf(blink, operator)).map(Number);
    assert.equal(shown.indexOf(Math.max(...shown)), 11);
    assert.ok(shown[11] > 0.9 && shown[9] < 0.07 && shown[13] < 0.08, shown.join(" "));
  });

  test(`a frame without a face stays one, and one alone stays as it is: ${name}`, async () => {
    const [lone, none, other] = await weightsOf([0.25, undefined, 0.75], operator);
    assert.ok(Math.abs(lone! - 0.25) < 0.02 && none === undefined && Math.abs(other! - 0.75) < 0.02);
  });
}

const PAST = { needsPast: true, complete: true, settled: 0.25, around: STEADY_REACH };
const left = (frames: readonly ActiveFrame[], stretch: { from: number; to: number }, options = PAST) =>
  run(frames, (source) => source.pipe(ownFrames(stretch, new Credits(100), options)));

test("what a stretch shows is steadied by the same frames, wherever it is cut", async () => {
  const random = createRandom("5"), told = Array.from({ length: 60 }, () => random());
  const whole = await weightsOf(told, steadyPoses);
  const own = await left(told.map((_, i) => active(i)), { from: 0.8, to: 1.6 });
  const steadied = await run(own.map(({ frame, shown }) => ({ ...read(frame.index, told[frame.index]), shown })), steadyPoses());
  const shown = steadied.filter((made) => made.shown);
  assert.deepEqual(shown.map(({ frame }) => frame.index), Array.from({ length: 20 }, (_, i) => 20 + i));
  assert.deepEqual(shown.map(({ generated }) => generated!.pose!.weights[0]), whole.slice(20, 40));
});

test("the last face before a stretch that begins without one goes on, with those it is steadied by", async () => {
  const frames = Array.from({ length: 40 }, (_, i) => active(i, i < 12)), numbers = (some: ActiveFrame[]) => some.map(({ frame, shown }) => `${frame.index}${shown ? "" : "-"}`);
  assert.deepEqual(numbers(await left(frames, { from: 0.8, to: 0.96 })), ["9-", "10-", "11-", "18-", "19-", "20", "21", "22", "23", "24-", "25-", "26-"]);
  await assert.rejects(left(frames.slice(5), { from: 0.8, to: 0.96 }, { ...PAST, complete: false }), PastTooShort);
  assert.deepEqual(numbers(await left(frames.slice(1), { from: 0.8, to: 0.96 }, { ...PAST, complete: false })).slice(0, 4), ["9-", "10-", "11-", "18-"]);
});
