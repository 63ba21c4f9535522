import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameSifter, type FrameReading } from "../../../src/model/synthesis/sure-frames.js";

const QUIET = Array<number>(51).fill(1);
const GREY = new Uint8Array(16).fill(100), WHITE = new Uint8Array(16).fill(200);

interface Seen { jaw?: number; smile?: number; yaw?: number; pitch?: number; scale?: number; x?: number; glance?: Uint8Array; face?: boolean; scores?: boolean }

/** Frame `k` of 25 a second; what is kept of it is its number. */
function reading(k: number, { jaw = 0, smile = 0, yaw = 0, pitch = 0, scale = 2, x = 0, glance = GREY, face = true, scores = true }: Seen = {}): FrameReading<number> {
  if (!face) return { time: k / 25, glance };
  const weights = new Float32Array(51);
  weights[0] = jaw;
  weights[1] = smile;
  return {
    time: k / 25, glance,
    face: {
      registration: { a: scale, b: 0, tx: x, ty: 0 }, motion: { head: { yaw, pitch, roll: 0 }, look: undefined, mouth: jaw / 4 },
      weights: scores ? weights : undefined, take: () => k,
    },
  };
}

function sift(frames: readonly (Seen | undefined)[], most = 10) {
  const sifter = new FrameSifter<number>();
  frames.forEach((seen, k) => sifter.add(reading(k, seen)));
  return sifter.finish(most, QUIET);
}

const CALM = Array.from({ length: 12 }, () => ({}));
const NONE = { noFace: 0, noScores: 0, small: 0, turned: 0, cut: 0, alike: 0 };

test("frames that show nearly the same are thinned, and no more than the bound are taken of a clip", () => {
  const jaws = [0.1, 0.5, 0.52, 1];
  const { frames, left } = sift([...CALM, ...jaws.map((jaw) => ({ jaw }))]);
  assert.deepEqual(frames.map(({ weights }) => Math.round(weights[0] * 100) / 100), [0, 0.5, 1]);
  assert.deepEqual(left, { ...NONE, alike: 13 });
  const two = sift([...CALM, ...jaws.map((jaw) => ({ jaw }))], 2);
  assert.deepEqual([two.frames.map(({ kept }) => kept), two.left.alike], [[0, 15], 14]);
});

test("weights count from how the clip rests", () => {
  const { frames } = sift([...CALM.map(() => ({ smile: 0.4 })), { smile: 0.7 }, { smile: 1, jaw: 0.6 }]);
  assert.deepEqual(frames.map(({ kept }) => kept), [0, 12, 13]);
  assert.deepEqual(frames.map(({ weights }) => [weights[0], weights[1]].map((w) => Math.round(w * 100) / 100)), [[0, 0], [0, 0.5], [0.6, 1]]);
});

test("frames without a face, without scores, with a small or turned one are left out and counted", () => {
  const turned = [{ yaw: 26, jaw: 1 }, { yaw: -26, jaw: 1 }, { pitch: 21, jaw: 1 }, { yaw: NaN, jaw: 1 }];
  const { frames, left } = sift([...CALM, { face: false }, { face: false }, { scores: false }, ...turned, {}]);
  assert.deepEqual(frames.map(({ kept }) => kept), [0]);
  assert.deepEqual(left, { ...NONE, noFace: 2, noScores: 1, turned: 4, alike: 12 });
  const small = sift(CALM.map(() => ({ scale: 0.6 })));
  assert.deepEqual([small.frames, small.left], [[], { ...NONE, small: 12 }]);
});

for (const [what, after] of [
  ["another picture", { glance: WHITE }], ["a face that is at once elsewhere", { x: 80 }], ["a face that is at once larger", { scale: 2.6, x: -29 }],
] as const) {
  test(`frames next to a cut are left out: ${what}`, () => {
    const { frames, left } = sift([...CALM.map((_, k) => ({ jaw: k === 9 ? 1 : 0 })), ...CALM.map((_, k) => ({ ...after, jaw: k === 3 ? 1 : 0, smile: k === 8 ? 1 : 0 }))]);
    // Of 24 frames the 5 before the cut and the 5 from it on: the open mouths of 9 and 15 are among them.
    assert.deepEqual([frames.map(({ kept }) => kept), left], [[0, 20], { ...NONE, cut: 10, alike: 12 }]);
  });
}

test("a head that moves is no cut", () => {
  const { left } = sift(CALM.map((_, k) => ({ x: 20 * k, scale: 2 * 1.05 ** k })));
  assert.deepEqual(left, { ...NONE, alike: 11 });
});

test("a clip of any length is held in bounds, and what differs is found in all of it", () => {
  const sifter = new FrameSifter<number>();
  for (let k = 0; k < 10_000; k++) sifter.add(reading(k, k === 30 ? { jaw: 1 } : k === 9_900 ? { smile: 1 } : { jaw: (k % 100) / 2000 }));
  const { frames, left } = sifter.finish(10, QUIET);
  assert.ok(frames.some(({ kept }) => kept === 30) && frames.some(({ kept }) => kept === 9_900));
  assert.deepEqual([frames.length, left.alike], [3, 9_997]);
});
