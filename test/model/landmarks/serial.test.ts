import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Serial } from "../../../src/model/landmarks/serial.js";

test("tasks run one after the other, whatever became of the one before", async () => {
  const serial = new Serial();
  const log: string[] = [];
  const task = (name: string, ms: number) => serial.run(async () => {
    log.push(`${name} begins`);
    await sleep(ms);
    log.push(`${name} ends`);
    if (name === "a") throw new Error("a failed");
    return name;
  });
  const results = await Promise.allSettled([task("a", 10), task("b", 1)]);
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends"]);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "fulfilled"]);
});
