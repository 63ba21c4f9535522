import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LiveSender } from "../../src/server/live-sender.js";
import { resolveLiveTarget } from "../../src/streams/live-target.js";

const FORMAT = { width: 64, height: 48, rate: 10 }, PICTURE = Buffer.alloc(3 * 64 * 48, 90);

test("a file that cannot be written any more is told once, with ffmpeg's reason, and not tried again", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-sender-")), target = await resolveLiveTarget(join(folder, "live.mp4")), told: string[] = [];
  await rm(folder, { recursive: true });
  const broken = new Promise<string>((resolve, reject) => {
    void LiveSender.open(target, FORMAT, PICTURE, {
      log: { warn: () => undefined, error: () => undefined }, onNote: (note) => void told.push(note), onBroken: (why) => { told.push(why); resolve(why); },
    }).then((sender) => broken.then(() => sender.close()), reject);
  });
  assert.match(await broken, /No such file or directory/);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(told.length, 1);
});
