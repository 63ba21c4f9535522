import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countSamples, dealExpressions, dealFrames, describePhotos, splitVideoPeople } from "../../../src/model/synthesis/dataset-plan.js";

const photos = Array.from({ length: 200 }, (_, i) => ({ file: `${i}.jpg`, set: "s", person: `p${Math.floor(i / 2)}`, weight: 1 }));

describe("describePhotos", () => {
  it("holds a tenth of the people back, all photos of each", () => {
    const described = describePhotos(photos, 17, 1);
    const test = described.filter(({ split }) => split === "test");
    assert.equal(test.length, 20);
    assert.equal(new Set(test.map(({ person }) => person)).size, 10);
    assert.deepEqual(described.map(({ firstSample }) => firstSample), photos.map((_, i) => 17 * i));
  });

  it("depends on the seed and the people, not on the order of photos", () => {
    const held = (list: typeof photos, seed: number) =>
      [...new Set(describePhotos(list, 17, seed).flatMap(({ split, person }) => (split === "test" ? [person] : [])))].sort();
    assert.deepEqual(held(photos, 1), held([...photos].reverse(), 1));
    assert.notDeepEqual(held(photos, 1), held(photos, 2));
  });

  it("trains on a single person and holds one of two back", () => {
    assert.equal(describePhotos(photos.slice(0, 1), 3, 1)[0].split, "train");
    assert.equal(describePhotos(photos.slice(0, 4), 3, 1).filter(({ split }) => split === "test").length, 2);
  });
});

describe("dealExpressions", () => {
  it("deals neutral and different others, each about equally often in each half", () => {
    const described = describePhotos(photos, 17, 1);
    const hands = dealExpressions(described, 64, 16, 1);
    for (const hand of hands) {
      assert.equal(hand[0], 0);
      assert.equal(new Set(hand).size, 17);
    }
    for (const split of ["train", "test"] as const) {
      const counts = new Array<number>(64).fill(0);
      hands.forEach((hand, i) => { if (described[i].split === split) for (const entry of hand) counts[entry]++; });
      assert.ok(Math.max(...counts.slice(1)) - Math.min(...counts.slice(1)) <= 2);
    }
  });

  it("can deal the whole pool", () => {
    assert.deepEqual([...dealExpressions(describePhotos(photos.slice(0, 1), 4, 1), 4, 3, 1)[0]].sort(), [0, 1, 2, 3]);
  });
});

describe("splitVideoPeople", () => {
  const people = Array.from({ length: 30 }, (_, i) => `v${i}`);

  it("holds a tenth of the people back, by the seed, whatever their order", () => {
    const held = (list: string[], seed: number) => [...splitVideoPeople(list, [], seed)].flatMap(([person, split]) => (split === "test" ? [person] : [])).sort();
    assert.equal(held(people, 1).length, 3);
    assert.deepEqual(held(people, 1), held([...people].reverse(), 1));
    assert.notDeepEqual(held(people, 1), held(people, 2));
    assert.deepEqual([held(["one"], 1), held(["one", "two"], 1).length], [[], 1]);
  });

  it("leaves whoever is on photos of the same videos in the half of these", () => {
    const described = describePhotos(people.map((person) => ({ file: `${person}.png`, set: "videos", person: `videos/${person}`, weight: 1 })), 2, 7);
    const splits = splitVideoPeople(people, described, 8);
    for (const [i, { split }] of described.entries()) assert.equal(splits.get(people[i]), split);
  });
});

describe("dealFrames", () => {
  const described = describePhotos(photos, 17, 1); // 180 in the train half, 20 in the test half

  it("has every frame worn in its half and in no other, by photos that wear about equally many", () => {
    const splits = Array.from({ length: 500 }, (_, i) => (i % 5 === 0 ? "test" as const : "train" as const));
    const hands = dealFrames(described, splits, 64, 16, 1);
    for (const split of ["train", "test"] as const) {
      const own = hands.filter((_, i) => described[i].split === split);
      assert.deepEqual([...new Set(own.map(({ length }) => length))], [split === "train" ? 4 : 5]);
      assert.deepEqual([...new Set(own.flat())].sort((a, b) => a - b), splits.flatMap((one, i) => (one === split ? [64 + i] : [])));
    }
    for (const hand of hands) assert.equal(new Set(hand).size, hand.length);
  });

  it("needs neither many frames nor photos in both halves", () => {
    assert.deepEqual(dealFrames(described, [], 64, 16, 1), photos.map(() => []));
    const alone = describePhotos(photos.slice(0, 1), 17, 1);
    assert.deepEqual(dealFrames(alone, ["test", "train"], 64, 16, 1), [[65]]);
  });

  it("has samples counted on from photo to photo", () => {
    const counted = countSamples(described.slice(0, 3), [[0, 1], [0, 1, 2], [0]]);
    assert.deepEqual(counted.map(({ firstSample, sampleCount }) => [firstSample, sampleCount]), [[0, 2], [2, 3], [5, 1]]);
  });
});
