import assert from "node:assert/strict";
import { test } from "node:test";
import { from, lastValueFrom, toArray } from "rxjs";
import { UNKNOWN_REST, type DriverRest } from "../../src/model/rig/driver-rest.js";
import { countWeights } from "../../src/operators/count-weights.js";
import type { ActiveFrame, GeneratedFrame } from "../../src/operators/face-frame.js";
import { turnHeads, type TurnOptions } from "../../src/operators/turn-heads.js";

const REST: DriverRest = { ...UNKNOWN_REST, head: { yaw: 5, pitch: -2, roll: 1 }, gaze: { x: 0.05, y: 0 } };
const FOLLOW: TurnOptions = { head: "follow", headStrength: 1, gaze: "follow", missing: "ease" };

function frame(index: number, head: readonly number[] | null, gaze: readonly number[] | null): ActiveFrame {
  const pixels = { data: new Uint8Array(3), width: 1, height: 1 };
  return { frame: { ...pixels, index, timestamp: index / 25 }, face: undefined, alignment: null, moves: { head, gaze }, activity: 1, shown: true };
}
const turn = (frames: readonly ActiveFrame[], options: Partial<TurnOptions> = {}) =>
  lastValueFrom(from(frames).pipe(turnHeads(() => ({ ...FOLLOW, ...options }), REST), toArray()));

test("head and gaze count from the driver's rest", async () => {
  const [one] = await turn([frame(0, [15, -2, 0], [0.1, 0])]);
  assert.deepEqual(one.head, { yaw: 16, pitch: 0, roll: -1 });
  assert.ok(Math.abs(one.gaze!.x - 0.0913) < 0.001 && one.gaze!.y === 0);
  const [half] = await turn([frame(0, [15, -2, 0], [9, 0])], { headStrength: 0.5 });
  assert.equal(half.head!.yaw, 8);
  assert.ok(half.gaze!.x <= 0.27, "no iris leaves its eye");
});

test("still is still, and an unmeasured driver moves nothing", async () => {
  const [still] = await turn([frame(0, [15, 7, 3], [0.2, 0.1])], { head: "still", gaze: "photo" });
  assert.deepEqual([still.head, still.gaze], [{ yaw: 0, pitch: 0, roll: 0 }, { x: 0, y: 0 }]);
  const [unseen] = await turn([frame(0, null, null)]);
  assert.deepEqual([unseen.head, unseen.gaze], [{ yaw: 0, pitch: 0, roll: 0 }, { x: 0, y: 0 }]);
});

test("with `hold` head and gaze stay as they were while nobody is seen", async () => {
  const frames = Array.from({ length: 60 }, (_, i) => (i < 10 ? frame(i, [15, -2, 0], [0.1, 0]) : frame(i, null, null)));
  const turned = await turn(frames, { missing: "hold" });
  for (const { head, gaze } of turned) assert.deepEqual([head, gaze], [turned[0].head, turned[0].gaze]);
});

test("a driver who is lost lets the head come to rest, without a jump", async () => {
  const frames = Array.from({ length: 80 }, (_, i) => (i >= 20 && i < 50 ? frame(i, null, null) : frame(i, [25, -2, 1], [0.2, 0])));
  const turned = await turn(frames), yaws = turned.map(({ head }) => head!.yaw), looks = turned.map(({ gaze }) => gaze!.x);
  assert.equal(yaws[19], 32);
  assert.equal(yaws[40], 0);
  assert.equal(yaws[79], 32);
  for (let i = 1; i < 80; i++) assert.ok(Math.abs(yaws[i] - yaws[i - 1]) < 5.6 && Math.abs(looks[i] - looks[i - 1]) < 0.04);
});

test("weights are counted from rest for faces alone", async () => {
  const rest = { ...REST, weights: [0.2, 0.5] }, pose = { weights: Float32Array.of(0.2, 1), head: { yaw: 0, pitch: 0, roll: 0 }, gaze: { x: 0, y: 0 } };
  const made: GeneratedFrame[] = [{ ...frame(0, null, null), crop: null, generated: { pose } }, { ...frame(1, null, null), crop: null, generated: undefined }];
  const [counted, none] = await lastValueFrom(from(made).pipe(countWeights(() => "relative", rest, [0.1, 0]), toArray()));
  counted.generated!.pose!.weights.forEach((weight, k) => assert.ok(Math.abs(weight - [0.1, 0.65][k]) < 1e-6));
  assert.equal(none.generated, undefined);
});
