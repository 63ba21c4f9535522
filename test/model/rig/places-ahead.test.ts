import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AHEAD, kindAt, placesAhead } from "../../../src/model/rig/places-ahead.js";

describe("placesAhead", () => {
  const width = 90, height = 70;
  /** An oval, its rim, and what is outside. */
  const kindOf = (n: number) => {
    const far = Math.hypot((n % width) - 40, 1.3 * (Math.floor(n / width) - 30));
    return far < 28 ? 2 : far < 33 ? 1 : 0;
  };
  const places = placesAhead(width, height, kindOf);

  it("says of every place what it is", () => {
    places.forEach((place, n) => assert.equal(kindAt(place), kindOf(n)));
  });

  it("lets nobody walk past another kind, and stops nobody early", () => {
    for (let n = 0; n < places.length; n += 7) {
      const x = n % width, y = Math.floor(n / width), free = places[n] & AHEAD;
      let nearest = AHEAD + 1;
      for (let m = 0; m < places.length; m++) {
        if (kindOf(m) !== kindOf(n)) nearest = Math.min(nearest, Math.max(Math.abs((m % width) - x), Math.abs(Math.floor(m / width) - y)));
      }
      assert.equal(free, nearest - 1, `(${x}, ${y})`);
    }
  });
});
