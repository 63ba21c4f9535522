import assert from "node:assert/strict";
import { test } from "node:test";
import { accountKey, Addresses } from "../../src/server/addresses.js";
import { Budget } from "../../src/server/budget.js";

test("a budget grows back with time, up to its most, and may be overdrawn once", () => {
  const budget = new Budget(10, 50, 1000);
  budget.charge(80, 1000);
  assert.equal(budget.left(1000), -30);
  assert.equal(budget.wait(1000), 3);
  assert.equal(budget.left(3000), -10);
  assert.equal(budget.wait(4500), 0);
  assert.equal(budget.full(8000), false);
  assert.equal(budget.left(100_000), 50);
  assert.equal(budget.full(100_000), true);
});

test("an address is an IPv4 address, also inside IPv6, or 64 bits of IPv6", () => {
  const keys = Object.entries({
    "192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:0:1:a:b:c:d": "2001:db8:0:1::/64", "2001:DB8:0:01::7": "2001:db8:0:1::/64",
    "::1": "0:0:0:0::/64", "fe80::1%eth0": "fe80:0:0:0::/64",
  });
  for (const [address, key] of keys) assert.equal(accountKey(address), key, address);
  assert.equal(accountKey(undefined), "unknown");
});

test("accounts outlive connections, and there is an end to how many are kept", () => {
  const addresses = new Addresses();
  addresses.of("192.0.2.1").photos.charge(1e9, performance.now());
  for (let n = 0; n < 5000; n++) addresses.of(`10.0.${n >> 8}.${n & 255}`);
  assert.ok(addresses.of("::ffff:192.0.2.1").photos.wait(performance.now()) > 1, "whoever owes is remembered longest");
  for (let n = 0; n < 9000; n++) addresses.of(`10.1.${n >> 8}.${n & 255}`).photos.charge(1, performance.now());
  assert.ok(addresses.size <= 4097);
});
