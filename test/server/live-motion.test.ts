import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { Content, encodeMovedCrop, type LiveResult } from "../../src/client/index.js";
import type { FaceMotion } from "../../src/model/geometry/driver-motion.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect, driverFrames, startServer, toJpeg, until } from "./live-fixtures.js";

let server: LiveServer, crop: Buffer;
before(async () => {
  server = await startServer();
  const [{ data, width, height }] = await driverFrames(1);
  crop = await sharp(await toJpeg({ data, width, height })).resize(96, 96, { fit: "fill" }).jpeg().toBuffer();
});
after(() => server.close());

const motion = (yaw: number, x = 0): FaceMotion => ({ head: { yaw, pitch: 0, roll: 0 }, look: { x, y: 0, open: 0.3 }, mouth: 0 });

/** Mean difference of two pictures, levels. */
async function difference(a: LiveResult, b: LiveResult): Promise<number> {
  const [x, y] = await Promise.all([a, b].map(({ jpeg }) => sharp(jpeg).raw().toBuffer()));
  return x.reduce((sum, value, i) => sum + Math.abs(value - y[i]), 0) / x.length;
}

test("a client's crops turn the head by what it says of its face; rest is where it began, or where it says", async () => {
  const { client, results } = await connect(server);
  let time = 0;
  const show = async (yaw: number, frames: number): Promise<LiveResult> => {
    for (let i = 0; i < frames; i++) {
      const count = results.length;
      await until("room for a frame", () => client.mayOffer());
      client.send({ content: Content.movedCrop, data: encodeMovedCrop(motion(yaw), crop), time: (time += 40) });
      await until("a result", () => results.length > count);
    }
    return results.at(-1)!;
  };
  try {
    const straight = await show(3, 4), again = await show(3, 2), turned = await show(14, 30);
    const noise = await difference(straight, again);
    assert.ok(await difference(straight, turned) > noise + 0.8, `${await difference(straight, turned)} levels, at rest ${noise}`);
    client.update({ head: "still" });
    assert.ok(await difference(straight, await show(14, 2)) < noise + 0.3);
    client.update({ head: "follow", neutral: 1 });
    assert.ok(await difference(straight, await show(14, 30)) < noise + 0.5, "what it showed when it was told is rest now");
    assert.ok(await difference(straight, await show(3, 30)) > noise + 0.8);
  } finally {
    client.close();
  }
});
