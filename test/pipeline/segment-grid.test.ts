import assert from "node:assert/strict";
import { test } from "node:test";
import { segmentAt, segmentGrid, segmentIndexAt } from "../../src/pipeline/segment-grid.js";

test("every frame belongs to the segment that it lies in, also where numbers are not exact", () => {
  for (const seconds of [0.1, 0.7, 1 / 3, 10.01, 30]) {
    for (const start of [0, 0.3, 17.2]) {
      const grid = segmentGrid({ duration: start + 50 * seconds }, { start, end: undefined }, seconds);
      assert.equal(grid.count, 50);
      for (let index = 0; index < grid.count; index++) {
        const begin = segmentAt(grid, index).start;
        for (const within of [begin - 1e-7, begin, begin + seconds / 2]) assert.equal(segmentIndexAt(grid, within), index, `${within} of ${seconds} from ${start}`);
        assert.equal(segmentIndexAt(grid, begin - 1e-5), index - 1);
      }
      assert.equal(segmentIndexAt(grid, start + 1000 * seconds), 49, "what comes behind a grid is its last segment's");
    }
  }
});

test("the segments of a cut lie within it, one after another; the last is at least half as long as the others", () => {
  for (const end of [undefined, 7.4, 7.6, 9, 100]) {
    const grid = segmentGrid({ duration: 9 }, { start: 1, end }, 1);
    const stop = Math.min(end ?? 9, 9), segments = Array.from({ length: grid.count }, (_, index) => segmentAt(grid, index));
    segments.forEach((segment, index) => assert.equal(segment.start, 1 + index));
    for (const [index, segment] of segments.slice(1).entries()) assert.equal(segments[index].end, segment.start);
    assert.equal(segments.at(-1)!.end, end);
    assert.ok(stop - segments.at(-1)!.start >= 0.5 - 1e-9, `${end}`);
  }
});
