import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dealExpressions, describePhotos } from "../../../src/model/synthesis/dataset-plan.js";

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
