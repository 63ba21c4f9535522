import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { runChild } from "../../src/streams/child.js";
import { planLiveEncoder, startLiveEncoder, takesSound } from "../../src/streams/live-encoder.js";
import { resolveLiveTarget } from "../../src/streams/live-target.js";
import { everyToolSet, temporaryFolder } from "./media.js";

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

test("sound goes along into every kind of file, by every ffmpeg, and without it there is none", { timeout: 240_000 }, async () => {
  const folder = await temporaryFolder();
  for (const { name, tools } of await everyToolSet()) {
    for (const extension of ["mp4", "mkv", "webm"]) {
      for (const soundRate of [48_000, undefined]) {
        const file = join(folder, `${name}-${soundRate ?? 0}.${extension}`), target = await resolveLiveTarget(file);
        assert.ok(takesSound(target));
        const child = await startLiveEncoder(target, await planLiveEncoder(target, { ...FORMAT, soundRate }, tools), tools);
        assert.equal(child.input3 === null, soundRate === undefined);
        for (let i = 0; i < 30; i++) child.stdin?.write(Buffer.alloc(3 * FORMAT.width * FORMAT.height, 40 + i));
        child.input3?.end(new Uint8Array(Int16Array.from({ length: 3 * 48_000 }, (_, i) => 9000 * Math.sin(i / 20)).buffer));
        child.stdin?.end();
        await child.done();
        const packets = await runChild(tools.ffprobe.path, ["-v", "error", "-show_entries", "packet=codec_type,pts_time", "-of", "csv=p=0", file]);
        const last = (kind: string) => Math.max(...packets.split(/\s+/).filter((line) => line.startsWith(kind)).map((line) => parseFloat(line.split(",")[1])));
        assert.ok(Math.abs(last("video") - 2.9) < 0.02, `${file}: the last picture at ${last("video")} s`);
        if (soundRate === undefined) assert.equal(last("audio"), -Infinity);
        else assert.ok(Math.abs(last("audio") - 3) < 0.1, `${file}: the last sound at ${last("audio")} s`);
      }
    }
  }
});
