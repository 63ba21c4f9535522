import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { Content, encodeMovedCrop, type DriverRest, type LiveClient, type LiveResult } from "../../src/client/index.js";
import type { FaceMotion } from "../../src/model/geometry/driver-motion.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect, driverFrames, PHOTO, startServer, toJpeg, until } from "./live-fixtures.js";

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

/** Sends one face again and again, each frame when the one before has come back. */
function shower(client: LiveClient, results: LiveResult[]): (yaw: number, frames: number) => Promise<LiveResult> {
  let time = 0;
  return async (yaw, frames) => {
    for (let i = 0; i < frames; i++) {
      const count = results.length;
      await until("room for a frame", () => client.mayOffer());
      client.send({ content: Content.movedCrop, data: encodeMovedCrop(motion(yaw), crop), time: (time += 40) });
      await until("a result", () => results.length > count || client.unanswered === 0);
    }
    return results.at(-1)!;
  };
}

test("a client's crops turn the head by what it says of its face; rest is where it began, or where it says", async () => {
  const { client, results } = await connect(server);
  const show = shower(client, results);
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

test("a crop's own pixels show what its file shows; too few of them are no frame", async () => {
  const pixels = await sharp(crop).raw().toBuffer(), pictures: LiveResult[] = [], drops: string[] = [];
  const { client, results } = await connect(server, { onDrop: (_, cause) => void drops.push(cause) });
  try {
    client.update({ neutral: 0, head: "still", gaze: "photo", expression: "absolute" });
    for (const [content, data, count] of [[Content.movedCrop, crop, 12], [Content.movedPixels, pixels, 12]] as const) {
      for (let i = 0; i < count; i++) {
        const before = results.length;
        await until("room for a frame", () => client.mayOffer());
        client.send({ content, data: encodeMovedCrop(motion(0), data) });
        await until("a result", () => results.length > before || client.unanswered === 0);
      }
      pictures.push(results.at(-1)!);
    }
    assert.ok(await difference(pictures[0], pictures[1]) < 0.1, `${await difference(pictures[0], pictures[1])} levels off`);
    assert.ok(results.at(-1)!.face);
    await until("room for a frame", () => client.mayOffer());
    client.send({ content: Content.movedPixels, data: encodeMovedCrop(motion(0), pixels.subarray(3)) });
    await until("its answer", () => drops.includes("undecodable"));
  } finally {
    client.close();
  }
});

test("a driver's rest is told, stays with another view and photo, and can be what a later session begins with", async () => {
  const rests: DriverRest[] = [];
  const first = await connect(server, { onRest: (rest) => rests.push(rest) });
  const show = shower(first.client, first.results);
  await show(12, 2);
  await until("the rest", () => rests.length === 1);
  assert.ok(Math.abs(rests[0].head.yaw - 12) < 0.01 && rests[0].weights.length === 51, JSON.stringify(rests[0]));
  assert.deepEqual(first.client.settings.rest, rests[0], "kept for when it connects again");
  first.client.update({ neutral: 1 });
  await show(-5, 2);
  await until("the rest that was told", () => rests.length === 2);
  assert.ok(Math.abs(rests[1].head.yaw + 5) < 0.01, `${rests[1].head.yaw}`);
  const straight = await show(-5, 2);
  // What a new photo begins with is not the next frame, but the rest that is known.
  await first.client.setPhoto(await sharp(PHOTO).resize(310, 310).toBuffer());
  await first.client.useServerPhoto();
  await until("the server's photo", async () => (await show(14, 1)).width === 320);
  assert.ok(await difference(straight, await show(14, 30)) > 1, "its head is turned");
  await first.client.close();

  const later: DriverRest[] = [];
  const second = await connect(server, { settings: { rest: rests[0] }, onRest: (rest) => later.push(rest) });
  await shower(second.client, second.results)(-5, 2);
  await until("the rest", () => later.length === 1);
  assert.ok(Math.abs(later[0].head.yaw - 12) < 2, `${later[0].head.yaw}: what it was given, hardly drifted`);
  await second.client.close();
});

test("another face that is meant while a photo is looked at is looked for in that photo, and the photo is answered", async () => {
  const { client } = await connect(server);
  const single = await sharp(PHOTO).resize(310, 310).toBuffer(), used = client.setPhoto(single);
  client.update({ face: 1 });
  assert.deepEqual([(await used).width, (await client.useServerPhoto()).width], [310, 320]);
  await client.close();
  const bare = await startServer({ photo: undefined });
  try {
    const other = await connect(bare);
    await assert.rejects(other.client.useServerPhoto(), { code: "PHOTO_UNREADABLE", message: /the server has none/ });
    await other.client.close();
  } finally {
    await bare.close();
  }
});
