import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { test } from "node:test";
import { planLiveEncoder, startLiveEncoder } from "../../src/streams/live-encoder.js";
import { resolveLiveTarget } from "../../src/streams/live-target.js";
import { everyToolSet } from "./media.js";

const FORMAT = { width: 64, height: 48, rate: 10 };

test("a listener that is named by its host gets pictures from every ffmpeg", { timeout: 120_000 }, async () => {
  const { address, family } = await lookup("localhost");
  for (const { name, tools } of await everyToolSet()) {
    const socket = createSocket(family === 6 ? "udp6" : "udp4").bind(0, address);
    await once(socket, "listening");
    const target = await resolveLiveTarget(`udp://localhost:${socket.address().port}`), child = await startLiveEncoder(target, await planLiveEncoder(target, FORMAT, tools), tools);
    for (let i = 0; i < 30; i++) child.stdin?.write(Buffer.alloc(3 * FORMAT.width * FORMAT.height, 40 + i));
    child.stdin?.end();
    const [packet] = (await Promise.race([once(socket, "message"), child.done().then(() => [undefined])])) as [Buffer | undefined];
    assert.equal(packet?.[0], 0x47, `${name}: a transport stream`);
    await child.done();
    socket.close();
  }
});
