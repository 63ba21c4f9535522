import assert from "node:assert/strict";
import { test } from "node:test";
import { Slots } from "../../src/jobs/slots.js";

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("who leaves a place early makes room for one, however often it says so; who waits is served by priority", async () => {
  const slots = new Slots(1), never = new AbortController().signal, running: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (name: string, priority: number, leaves: boolean) => slots.run(priority, never, async (leave) => {
    running.push(name);
    await new Promise<void>((resolve) => {
      ends.set(name, resolve);
      if (leaves) for (let i = 0; i < 3; i++) leave();
    });
  });
  const all = [enter("first", 0, true), enter("low", 0, false), enter("high", 1, false)];
  await settle();
  assert.deepEqual(running, ["first", "high"]);
  ends.get("first")!();
  await settle();
  assert.deepEqual(running, ["first", "high"], "the end of one that has left frees nothing");
  ends.get("high")!();
  await settle();
  assert.deepEqual(running, ["first", "high", "low"]);
  ends.get("low")!();
  await Promise.all(all);
});

test("work that throws frees its place", async () => {
  const slots = new Slots(1), never = new AbortController().signal;
  await assert.rejects(slots.run(0, never, () => Promise.reject(new Error("broken"))), /broken/);
  assert.equal(await slots.run(0, never, () => Promise.resolve("next")), "next");
});

test("no more works go on without a place than there are places", async () => {
  const slots = new Slots(1), never = new AbortController().signal, running: string[] = [];
  const ends = new Map<string, () => void>();
  const all = ["first", "second", "third"].map((name) => slots.run(0, never, async (leave) => {
    running.push(name);
    await new Promise<void>((resolve) => {
      ends.set(name, resolve);
      leave();
    });
  }));
  await settle();
  assert.deepEqual(running, ["first", "second"]);
  ends.get("second")!();
  await settle();
  assert.deepEqual(running, ["first", "second", "third"]);
  for (const name of ["first", "third"]) ends.get(name)!();
  await Promise.all(all);
});
