import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { MemoryMeter } from "../../../src/cli/bench/memory-meter.js";

const skip = process.platform === "win32" ? "memory is not measured on Windows" : false;

test("a process and its child are measured apart and together", { skip }, async (t) => {
  // The parent holds 60 MB, its child 120 MB; the child says when it does.
  const hold = (megabytes: number) => `globalThis.held = Buffer.alloc(${megabytes}e6, 1);`;
  const inner = `${hold(120)} console.log("held"); setInterval(() => {}, 1000);`;
  const outer = `${hold(60)} require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(inner)}], { stdio: "inherit" });
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["-e", outer], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  t.after(() => process.kill(-parent.pid!, "SIGKILL"));
  await once(parent.stdout, "data");

  const meter = new MemoryMeter(parent.pid!);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const peak = await meter.stop();
  assert.ok(peak);
  assert.ok(peak.node > 60e6 && peak.node < 250e6, `${peak.node}`);
  assert.ok(peak.children > 120e6 && peak.children < 310e6, `${peak.children}`);
  assert.ok(peak.children > peak.node);
  assert.ok(peak.together >= Math.max(peak.node, peak.children) && peak.together <= peak.node + peak.children);
});

test("a process that is not there has no memory", { skip }, async () => {
  assert.equal(await new MemoryMeter(2 ** 30).stop(), undefined);
});
