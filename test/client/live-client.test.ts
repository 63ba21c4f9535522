import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { WebSocketServer } from "ws";
import { Content, LiveClient, type LiveState } from "../../src/client/index.js";
import { encodeJson, Kind } from "../../src/client/protocol.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect, driverFrames, liveUrl, PHOTO, startServer, toJpeg, until } from "../server/live-fixtures.js";

let server: LiveServer, jpeg: Buffer, other: Buffer;
const limits = { maxSide: 160, idleTimeout: 4 };
before(async () => {
  jpeg = await toJpeg((await driverFrames(1))[0]);
  other = await sharp(PHOTO).flop().resize(140, 140).png().toBuffer();
  server = await startServer({ limits });
});
after(() => server.close());

const frame = () => ({ content: Content.jpegPicture, data: jpeg });

test("no more frames are under way than the window allows, and every one is answered once", async () => {
  const answers: number[] = [];
  const { client } = await connect(server, { onResult: ({ sequence }) => void answers.push(sequence), onDrop: (sequence) => answers.push(sequence) });
  const sent: number[] = [];
  let most = 0;
  for (let n = 0; n < 200; n++) {
    const sequence = client.mayOffer() ? client.send(frame()) : undefined;
    if (sequence !== undefined) sent.push(sequence);
    most = Math.max(most, client.unanswered);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until("every answer", () => client.unanswered === 0);
  assert.ok(most >= 2 && most <= client.welcome!.window, `${most} under way`);
  assert.deepEqual(answers.sort((a, b) => a - b), sent);
  const { drops, offered, sent: counted } = client.figures;
  assert.equal(offered, 200);
  assert.equal(counted, sent.length);
  assert.ok(drops.window! > 0 && drops.window! + (drops.network ?? 0) + (drops.disconnected ?? 0) >= 200 - sent.length, JSON.stringify(drops));
  await client.close();
});

test("a slow display holds the server back; what is shown stays in order", async () => {
  const shown: number[] = [];
  const { client } = await connect(server, {
    onResult: async ({ sequence }) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      shown.push(sequence);
    },
  });
  await until("ten pictures", () => {
    if (client.mayOffer()) client.send(frame());
    return shown.length >= 10;
  });
  assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
  await client.close();
});

test("when the server goes and comes back, so does the session, with its photo and settings", async () => {
  let own = await startServer({ limits });
  const { port } = own;
  const states: LiveState[] = [];
  const widths: number[] = [];
  const client = new LiveClient(liveUrl(own), {
    settings: { view: "face" }, onState: (state) => states.push(state), onResult: ({ width }) => void widths.push(width),
  });
  try {
    await client.connect();
    await client.setPhoto(other);
    client.update({ view: "composite" });
    const shows = (what: string) => until(what, () => {
      if (client.mayOffer()) client.send(frame());
      return widths.at(-1) === 140;
    });
    await shows("its own photo");
    await own.close();
    await until("the loss to be seen", () => client.state === "waiting" || client.state === "connecting");
    assert.equal(client.unanswered, 0);
    assert.equal(client.mayOffer(), false);
    // Nobody answers at the port: what the server said last is what a person is told still.
    await until("the second attempt", () => states.filter((state) => state === "waiting").length > 1);
    assert.deepEqual(client.lost, { code: 1001, reason: "the server ends" });
    assert.ok(client.retryIn <= 2000);
    widths.length = 0;
    own = await startServer({ limits, port });
    await until("the connection", () => client.state === "open");
    await shows("its own photo again");
    assert.equal(client.lost, undefined);
    assert.deepEqual(states.filter((state) => state === "open").length, 2);
    assert.ok((client.figures.drops.disconnected ?? 0) > 0);
  } finally {
    await client.close();
    await own.close();
  }
});

test("a session that is left alone falls asleep and wakes with the next frame", async () => {
  const { client, results } = await connect(server);
  await until("sleep", () => client.state === "asleep");
  await until("a picture", () => {
    if (client.mayOffer()) client.send(frame());
    return results.length > 0;
  });
  client.pause();
  await until("sleep while paused", () => client.state === "asleep");
  client.resume();
  await until("the connection", () => client.state === "open");
  await client.close();
});

test("a photo that takes another's place ends the wait for it; a photo at the start that has no face is told", async () => {
  const { client } = await connect(server);
  const first = client.setPhoto(await sharp(PHOTO).resize(150, 150).png().toBuffer());
  const second = client.setPhoto(other);
  await assert.rejects(first, { code: "ABORTED" });
  assert.equal((await second).width, 140);
  await client.close();
  const told: string[] = [];
  const blank = await sharp({ create: { width: 99, height: 99, channels: 3, background: "#777" } }).png().toBuffer();
  const { client: faceless } = await connect(server, { photo: blank, onError: ({ code }) => told.push(code) });
  await until("the error", () => told.length > 0);
  assert.deepEqual(told, ["NO_FACE_IN_PHOTO"]);
  await faceless.close();
});

test("what cannot be reached is tried as often as asked; a closed client stays closed; an abort ends it", async () => {
  const nowhere = new LiveClient("ws://127.0.0.1:1/live", { attempts: 2, onResult: () => {} });
  await assert.rejects(nowhere.connect(), { code: "SERVER_REFUSED", message: /cannot be reached/ });
  await assert.rejects(nowhere.connect(), { code: "SERVER_REFUSED", message: /closed/ });
  await nowhere.close();
  await nowhere.close();
  const controller = new AbortController();
  const waiting = new LiveClient("ws://127.0.0.1:1/live", { signal: controller.signal, onResult: () => {} });
  const connecting = waiting.connect();
  controller.abort();
  await assert.rejects(connecting, { code: "ABORTED" });
  assert.equal(waiting.state, "closed");
});

test("a server that speaks otherwise is told as such", async () => {
  const strange = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(strange, "listening");
  strange.on("connection", (socket) => socket.on("message", () => socket.send(encodeJson(Kind.welcome, {}).fill(9, 1, 2))));
  try {
    const client = new LiveClient(`ws://127.0.0.1:${(strange.address() as { port: number }).port}`, { onResult: () => {} });
    await assert.rejects(client.connect(), { code: "PROTOCOL", message: /version 9/ });
  } finally {
    for (const socket of strange.clients) socket.terminate();
    strange.close();
  }
});
