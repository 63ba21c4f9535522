import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { heapSettings } from "../../../src/cli/serve/heap-settings.js";

test("glibc is told to have one heap and to give memory back, unless the user has told it, or runs another allocator", () => {
  const glibc = process.platform === "linux" && !readdirSync("/lib").some((name) => name.startsWith("ld-musl"));
  assert.equal(heapSettings({ PATH: "/bin" })?.MALLOC_ARENA_MAX, glibc ? "1" : undefined);
  for (const name of ["MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_", "LD_PRELOAD", "GLIBC_TUNABLES"]) assert.equal(heapSettings({ PATH: "/bin", [name]: "1" }), undefined, name);
});
