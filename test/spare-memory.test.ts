import assert from "node:assert/strict";
import { test } from "node:test";
import { SpareMemory } from "../src/spare-memory.js";

test("what was given back is taken again, where it is large enough", () => {
  const memory = new SpareMemory((bytes) => new ArrayBuffer(bytes), 2, 100);
  const first = memory.take(50);
  assert.equal(first.byteLength, 50);
  assert.notEqual(memory.take(50), first, "it is somebody's");
  memory.give(first);
  assert.equal(memory.take(30), first);
  memory.give(first);
  assert.equal(memory.take(60).byteLength, 60);
  assert.notEqual(memory.take(50), first, "one that was too small is kept no longer");
});

test("no more is kept than may be, and nothing that is larger", () => {
  const memory = new SpareMemory((bytes) => new SharedArrayBuffer(bytes), 2, 100), taken = [10, 11, 12, 101].map((bytes) => memory.take(bytes));
  for (const piece of taken) memory.give(piece);
  assert.deepEqual([1, 2, 3].map(() => taken.includes(memory.take(10))), [true, true, false]);
});
