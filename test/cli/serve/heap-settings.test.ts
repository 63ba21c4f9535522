import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { heapSettings } from "../../../src/cli/serve/heap-settings.js";

test("glibc is told to have one heap and to give memory back, unless the user has told it, or runs another allocator", () => {
  const glibc = process.platform === "linux" && !readdirSync("/lib").some((name) => name.startsWith("ld-musl"));
  assert.equal(heapSettings({ PATH: "/bin" })?.MALLOC_ARENA_MAX, glibc ? "1" : undefined);
  for (const name of ["MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_", "LD_PRELOAD", "GLIBC_TUNABLES"]) assert.equal(heapSettings({ PATH: "/bin", [name]: "1" }), undefined, name);
});

test("Node collects the holders of pictures early, unless the user has said when", { skip: !heapSettings({}) && "no glibc" }, () => {
  const young = (env: NodeJS.ProcessEnv) => Number(execFileSync(process.execPath, ["--eval", `
    const { getHeapSpaceStatistics } = require("node:v8"), kept = [];
    let most = 0;
    for (let i = 0; i < 3e5; i++) {
      kept[i % 1e5] = { i };
      if (i % 1000 === 0) most = Math.max(most, getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size);
    }
    console.log(most);`], { encoding: "utf8", env: { ...process.env, ...heapSettings(env) } }));
  assert.ok(young({}) <= 6 << 20);
  assert.ok(young({ NODE_OPTIONS: "--max-semi-space-size=32" }) > 12 << 20);
});
