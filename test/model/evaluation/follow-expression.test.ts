import assert from "node:assert/strict";
import { test } from "node:test";
import { followExpression, type Scores } from "../../../src/model/evaluation/follow-expression.js";
import { NEUTRAL_SCORES } from "../../../src/model/evaluation/neutral-scores.js";

const near = (actual: number, expected: number, what: string, within = 1e-9) => assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual} instead of ${expected}`);
const face = (changes: Record<string, number>): Scores => Object.fromEntries(Object.entries(NEUTRAL_SCORES).map(([name, score]) => [name, score + (changes[name] ?? 0)]));

/** Six frames at rest, then jaw and smile come and go. */
const ACT = [...Array.from({ length: 6 }, () => [0, 0]), ...Array.from({ length: 24 }, (_, i) => [0.4 * (1 - Math.cos(i / 2)), 0.3 * (1 - Math.cos(i / 3))])];
const act = (jaw: number, smile: number, rest: Record<string, number> = {}) => ACT.map(([a, b]) => {
  const changes: Record<string, number> = { jawOpen: jaw * a, mouthSmileLeft: smile * b, mouthSmileRight: smile * b };
  for (const [name, value] of Object.entries(rest)) changes[name] = (changes[name] ?? 0) + value;
  return face(changes);
});
const follow = (output: readonly Scores[], driver = act(1, 1)) => followExpression(driver, output, NEUTRAL_SCORES);

test("half of everything, on a face that rests otherwise: the same expression, half its size, in time", () => {
  const { expSim, gain, r, lag, channels } = follow(act(0.5, 0.5, { jawOpen: 0.1, browInnerUp: 0.3, eyeSquintLeft: 0.4 }));
  near(expSim, 1, "ExpSim");
  near(gain, 0.5, "gain");
  near(r, 1, "r");
  assert.equal(lag, 0);
  assert.deepEqual(Object.keys(channels), ["jawOpen", "mouthSmile"], "what the driver does not do is not judged");
  near(channels.jawOpen!.slope, 0.5, "slope");
});

test("ExpSim is the cosine of the changes, gain what of the output lies along the driver's", () => {
  // The driver opens the jaw by .6; the output by .3, and smiles by .4 on one side: cosine 3/5.
  const still = Array.from({ length: 5 }, () => face({}));
  const driver = [...still, ...Array.from({ length: 5 }, () => face({ jawOpen: 0.6 }))];
  const output = [...still, ...Array.from({ length: 5 }, () => face({ jawOpen: 0.3, mouthSmileLeft: 0.4 }))];
  const { expSim, gain, r } = followExpression(driver, output, NEUTRAL_SCORES);
  near(expSim, 0.6, "ExpSim");
  near(gain, 0.5, "gain");
  near(r, 1, "r");
});

test("the other way round is -1 and -1; an output that stays is 0 and 0", () => {
  const backwards = follow(act(-1, -1, { jawOpen: 0.8, mouthSmileLeft: 0.6, mouthSmileRight: 0.6 }));
  near(backwards.expSim, -1, "ExpSim");
  near(backwards.gain, -1, "gain");
  const still = follow(act(0, 0));
  for (const [name, value] of Object.entries({ expSim: still.expSim, gain: still.gain, r: still.r })) near(value, 0, name);
  assert.ok(Number.isNaN(still.lag));
});

test("an output that is three frames later is found to be", () => {
  const early = act(1, 1);
  assert.equal(follow([...early.slice(0, 3), ...early.slice(0, -3)]).lag, 3);
  assert.equal(follow([...early.slice(3), ...early.slice(-3)]).lag, -3);
});

test("a frame whose output shows no face counts 0, one without a driver's does not count", () => {
  const driver = act(1, 1), lost = act(1, 1).map((scores, i) => (i === 10 || i === 20 ? undefined : scores));
  // Of the 24 frames that follow the rest one has hardly begun (nothing moves), so 23 are of motion at most.
  const all = follow(act(1, 1)).expSim, some = follow(lost).expSim;
  near(all, 1, "all");
  assert.ok(some < 1 && some > 0.85, `${some}`);
  near(follow(act(1, 1), driver.map((scores, i) => (i === 12 ? undefined : scores))).expSim, 1, "without a driver's face");
  assert.deepEqual([follow(driver.map(() => undefined)).expSim, follow(driver.map(() => undefined)).gain], [0, 0], "no face at all");
});

test("a driver that never moves, or is hardly seen, says nothing", () => {
  assert.ok(Number.isNaN(follow(act(1, 1), act(0.1, 0.1)).expSim));
  assert.ok(Number.isNaN(followExpression(act(1, 1).slice(0, 7), act(1, 1).slice(0, 7), NEUTRAL_SCORES).expSim));
});
