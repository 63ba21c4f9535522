import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { Content, type LiveResult } from "../../src/client/index.js";
import { correlation } from "../../src/model/evaluation/correlation.js";
import { measureExpression } from "../../src/model/evaluation/expression-measures.js";
import { createFacemeshSource } from "../../src/model/landmarks/facemesh-source.js";
import { sampleCrop } from "../../src/model/geometry/sample-crop.js";
import { alignFace } from "../../src/model/geometry/alignment.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect, driverFrames, startServer, toJpeg, until } from "./live-fixtures.js";

let server: LiveServer, landmarks: LandmarkSource;
before(async () => {
  [server, landmarks] = await Promise.all([startServer(), createFacemeshSource()]);
});
after(() => Promise.all([server.close(), landmarks.close()]));

async function pixels(jpeg: Uint8Array): Promise<{ data: Uint8Array; width: number; height: number }> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

test("whole frames come back as the photo, and its mouth follows the driver's", async () => {
  const frames = await driverFrames(60, 2);
  const { client, results } = await connect(server);
  for (const [i, frame] of frames.entries()) {
    const jpeg = await toJpeg(frame);
    await until("room in the window", () => client.unanswered < 2);
    assert.ok(client.send({ content: Content.jpegPicture, data: jpeg, time: 1000 * frame.timestamp }) !== undefined);
    assert.ok(client.unanswered > 0, String(i));
  }
  await until("every answer", () => client.unanswered === 0);
  assert.equal(results.length, frames.length);
  const pairs: [number, number][] = [];
  for (const [i, result] of results.entries()) {
    assert.ok(Math.abs(result.time - 1000 * frames[i].timestamp) < 1e-6, "in order, with its own time");
    assert.ok(result.face);
    const [[driver], [output]] = [await landmarks.detect(frames[i]), await landmarks.detect(await pixels(result.jpeg))];
    assert.ok(output, "a face in every picture");
    pairs.push([measureExpression(driver).mouthOpen, measureExpression(output).mouthOpen]);
  }
  const r = correlation(pairs.map(([driver]) => driver), pairs.map(([, output]) => output));
  assert.ok(r > 0.75, `mouth opening r = ${r}`);
  const { stages, batch, width, height } = results[10];
  assert.deepEqual([width, height], [320, 320]);
  assert.equal(batch, 1);
  for (const stage of ["decode", "landmarks", "generate", "compose", "encode"] as const) assert.ok(stages[stage] > 0, stage);
  const { xmp } = await sharp(results[0].jpeg).metadata();
  assert.match(String(xmp), /trainedAlgorithmicMedia/);
  await client.close();
});

test("aligned crops come back as the same photo would, without landmarks", async () => {
  const frames = await driverFrames(8, 8);
  const { client, results } = await connect(server);
  for (const frame of frames) {
    const [face] = await landmarks.detect(frame);
    const crop = Uint8Array.from(sampleCrop(frame, alignFace(face)), (v) => Math.round(127.5 * (v + 1)));
    await until("room", () => client.unanswered === 0);
    const data = await sharp(crop, { raw: { width: 96, height: 96, channels: 3 } }).webp({ quality: 95 }).toBuffer();
    client.send({ content: Content.webpCrop, data, time: 1000 * frame.timestamp });
  }
  await until("the answers", () => client.unanswered === 0);
  client.send({ content: Content.noFace, data: new Uint8Array(0) });
  await until("the last answer", () => client.unanswered === 0);
  assert.deepEqual(results.map(({ face }) => face), [...frames.map(() => true), false]);
  assert.ok(results.every(({ stages }) => stages.landmarks < stages.generate + 50));
  const still = await pixels(results.at(-1)!.jpeg);
  assert.equal(still.width, 320);
  await client.close();
});

test("views, strength and photos change while it runs", async () => {
  const [frame] = await driverFrames(1);
  const jpeg = await toJpeg(frame);
  const stills: Uint8Array[] = [], besides: number[] = [];
  const { client, results } = await connect(server, { onStill: (still, beside) => besides.push(beside) && stills.push(still) });
  const next = async (): Promise<LiveResult> => {
    const before = results.length;
    await until("a result", () => {
      if (client.unanswered === 0 && results.length === before) client.send({ content: Content.jpegPicture, data: jpeg });
      return results.length > before;
    });
    return results.at(-1)!;
  };
  await next();
  await until("the still picture", () => stills.length > 0);
  client.update({ view: "face" });
  await until("the face view", async () => (await next()).width === 384);
  client.update({ view: "side-by-side" });
  await until("both beside each other", async () => {
    const { width, height } = await next();
    return width === 2 * height;
  });
  assert.equal(besides[0], 0, "all of it is synthetic");
  assert.equal(besides.at(-1), results.at(-1)!.beside, "its left half is the driver's");
  client.update({ view: "composite", strength: 0, head: "still", gaze: "photo" });
  await until("the photo itself", async () => (await next()).width === 320);
  const asleep = await pixels((await next()).jpeg), photo = await pixels(stills[0]);
  let most = 0;
  for (let i = 0; i < photo.data.length; i++) most = Math.max(most, Math.abs(photo.data[i] - asleep.data[i]));
  assert.ok(most <= 2, `strength 0 shows the photo, up to ${most} grey levels`);
  const flipped = await sharp(await toJpeg(frame)).flop().resize(200, 200).png().toBuffer();
  const info = await client.setPhoto(flipped);
  assert.deepEqual([info.width, info.height], [200, 200]);
  assert.equal((await next()).width, 200);
  await assert.rejects(client.setPhoto(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")), { code: "PHOTO_UNREADABLE" });
  const blank = await sharp({ create: { width: 128, height: 128, channels: 3, background: "#888" } }).png().toBuffer();
  await assert.rejects(client.setPhoto(blank), { code: "NO_FACE_IN_PHOTO" });
  assert.equal((await next()).width, 200, "the photo before stays");
  await client.close();
});

test("however often views change under frames, every frame is answered and none stays in work", async () => {
  const jpeg = await toJpeg((await driverFrames(1))[0]);
  const { client } = await connect(server);
  for (let n = 0; n < 24; n++) {
    client.update({ view: n % 2 === 0 ? "face" : "composite" });
    await until("a frame to be sent", () => {
      while (client.mayOffer()) client.send({ content: Content.jpegPicture, data: jpeg });
      return client.unanswered > 0;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await until("every answer", () => client.unanswered === 0);
  assert.equal(client.figures.drops.disconnected, undefined, "without an answer the client would have hung up");
  assert.deepEqual(server.load(), { sessions: 1, inWork: 0, waiting: 0 });
  await client.close();
  await until("the session's end", () => server.load().sessions === 0);
});

test("a pause sends nothing and ends cleanly; what is no picture is dropped and the session goes on", async () => {
  const jpeg = await toJpeg((await driverFrames(1))[0]);
  const drops: string[] = [];
  const { client, results } = await connect(server, { onDrop: (_, cause) => drops.push(cause) });
  client.pause();
  assert.equal(client.mayOffer(), false);
  assert.equal(client.send({ content: Content.jpegPicture, data: jpeg }), undefined);
  client.resume();
  assert.ok(client.mayOffer());
  client.send({ content: Content.jpegPicture, data: Buffer.from("no picture at all, but long enough") });
  client.send({ content: Content.jpegPicture, data: jpeg.subarray(0, 2000) });
  await until("both answers", () => client.unanswered === 0);
  assert.deepEqual(drops.filter((cause) => cause === "undecodable").length, 2 - drops.filter((cause) => cause === "superseded").length);
  client.send({ content: Content.jpegPicture, data: jpeg });
  await until("a result", () => results.length === 1);
  await client.close();
  await until("the session's end", () => server.load().sessions === 0);
});
