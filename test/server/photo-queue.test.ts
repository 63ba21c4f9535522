import assert from "node:assert/strict";
import { test } from "node:test";
import { Addresses } from "../../src/server/addresses.js";
import { LEAST_PIXELS, PhotoQueue, UNKNOWN_PIXELS } from "../../src/server/photo-queue.js";

const { signal } = new AbortController();
const small = async (charge: (pixels: number) => void) => charge(0);

test("one photo at a time; addresses take turns, and what was given up is not looked at", async () => {
  const queue = new PhotoQueue(), addresses = new Addresses(), [a, b] = ["192.0.2.1", "192.0.2.2"].map((address) => addresses.of(address));
  const order: string[] = [], gone = new AbortController();
  let running = 0;
  const look = (name: string) => async (charge: (pixels: number) => void) => {
    assert.equal(++running, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    order.push(name);
    charge(0);
  };
  const asked = [queue.run(a, signal, look("a1")), queue.run(a, signal, look("a2")), queue.run(a, gone.signal, look("a3")), queue.run(b, signal, look("b1"))];
  gone.abort(new Error("gone"));
  await assert.rejects(asked[2], /gone/);
  await Promise.all([asked[0], asked[1], asked[3]]);
  assert.deepEqual(order, ["a1", "b1", "a2"]);
});

test("what an address may have looked at is bounded, whatever comes of the photos; and so is what waits", async () => {
  const queue = new PhotoQueue(), [one, other] = ["192.0.2.1", "192.0.2.2"].map((address) => new Addresses().of(address));
  for (const pixels of [25e6, 25e6, 25e6]) await queue.run(one, signal, async (charge) => charge(pixels));
  await assert.rejects(queue.run(one, signal, small), { code: "SERVER_REFUSED", message: /wait \d+ s/ });
  const before = other.photos.left(performance.now());
  await assert.rejects(queue.run(other, signal, () => Promise.reject(new Error("no photo"))), /no photo/);
  assert.ok(before - other.photos.left(performance.now()) > 0.9 * UNKNOWN_PIXELS, "what could not be read has cost time");
  await assert.rejects(queue.run(other, signal, async (charge) => { charge(0); throw new Error("no face"); }), /no face/);
  assert.ok(before - other.photos.left(performance.now()) < 1.1 * (UNKNOWN_PIXELS + LEAST_PIXELS), "what was read and has no face costs what it has");
  let open = () => {};
  const held = new Promise<void>((resolve) => { open = resolve; });
  const waiting = Array.from({ length: 4 }, () => queue.run(other, signal, async (charge) => { await held; charge(0); }));
  await assert.rejects(queue.run(other, signal, small), { code: "SERVER_REFUSED", message: /many photos/ });
  open();
  await Promise.all(waiting);
  assert.equal(queue.length, 0);
});
