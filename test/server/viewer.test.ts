import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { CLOSE, Content, ViewClient, type LiveClient, type LiveResult } from "../../src/client/index.js";
import { encodeJson, Kind, SUBPROTOCOL } from "../../src/client/protocol.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect, driverFrames, liveUrl, startServer, toJpeg, until } from "./live-fixtures.js";

const KEY = "a-key-that-is-long-enough", OTHER = "another-key-that-is-long";
let server: LiveServer, frame: Buffer;
before(async () => {
  server = await startServer({ limits: { maxViewers: 3 } });
  frame = await toJpeg((await driverFrames(1))[0]);
});
after(() => server.close());

const viewUrl = (of: LiveServer): string => liveUrl(of).replace("/live", "/view");

/** Somebody who watches, and keeps what comes. */
function watch(of: LiveServer, options: { key?: string; token?: string } = {}): { viewer: ViewClient; pictures: { at: number; jpeg: Uint8Array }[] } {
  const pictures: { at: number; jpeg: Uint8Array }[] = [];
  const viewer = new ViewClient(viewUrl(of), { ...options, onPicture: (jpeg) => void pictures.push({ at: performance.now(), jpeg }) });
  return { viewer, pictures };
}

let time = 0;
/** Sends frames one by one, each when the one before has come back. */
async function play(client: LiveClient, results: LiveResult[], frames: number): Promise<void> {
  for (let i = 0; i < frames; i++) {
    const count = results.length;
    client.send({ content: Content.jpegPicture, data: frame, time: (time += 40) });
    await until("a result", () => results.length > count);
  }
}

test("who watches gets the session's own pictures, when it gets them; by a key those of its session alone", async () => {
  const { viewer, pictures } = watch(server), keyed = watch(server, { key: KEY });
  const shown: { at: number; jpeg: Uint8Array }[] = [];
  const { client, results } = await connect(server, { viewKey: KEY, onResult: (result) => { results.push(result); shown.push({ at: performance.now(), jpeg: result.jpeg }); } });
  await until("both to watch", () => viewer.state === "watching" && keyed.viewer.state === "watching");
  await play(client, results, 6);
  await until("the pictures", () => pictures.length === 6 && keyed.pictures.length === 6);
  for (const [i, { at, jpeg }] of shown.entries()) {
    assert.ok(Buffer.from(jpeg).equals(Buffer.from(pictures[i].jpeg)));
    assert.ok(Math.abs(at - pictures[i].at) < 200, `${pictures[i].at - at} ms later`);
  }
  // A session that comes later is the one to see, when it has a picture; by the key the first one stays.
  const second = await connect(server, { viewKey: OTHER, settings: { view: "face" } });
  await play(client, results, 1);
  await until("the first one's", () => pictures.length === 7);
  await play(second.client, second.results, 2);
  await until("the second one's", () => pictures.length === 9);
  assert.equal(keyed.pictures.length, 7);
  await second.client.close();
  await play(client, results, 1);
  await until("the first one's again", () => pictures.length === 10 && keyed.pictures.length === 8);
  // Who comes later sees the picture of now at once.
  const late = watch(server);
  await until("it", () => late.pictures.length === 1);
  const refused = watch(server);
  await until("that there are enough", () => refused.viewer.lost?.code === CLOSE.full);
  for (const one of [viewer, keyed.viewer, late.viewer, refused.viewer]) one.close();
  await client.close();
});

test("a viewer that reads nothing gets few pictures, and takes nothing from the session", async () => {
  const socket = new WebSocket(viewUrl(server), [SUBPROTOCOL]);
  let came = 0;
  socket.on("message", () => came++); // and never acknowledges
  socket.on("open", () => socket.send(encodeJson(Kind.hello, {})));
  await until("its welcome", () => came === 1);
  const { client, results } = await connect(server);
  await play(client, results, 12);
  assert.equal(results.length, 12);
  assert.ok(came <= 4, `${came - 1} pictures of 12`);
  socket.close();
  await client.close();
});

test("with a token a session is watched by token and key, and refusals are told", async () => {
  const token = "a-token-of-this-test", guarded = await startServer({ token });
  try {
    for (const [options, code] of [[{ token }, CLOSE.key], [{ key: KEY }, CLOSE.token], [{ token, key: "short" }, CLOSE.protocol]] as const) {
      const { viewer } = watch(guarded, options);
      await until("the refusal", () => viewer.state === "closed");
      assert.equal(viewer.lost?.code, code);
    }
    const { viewer, pictures } = watch(guarded, { token, key: KEY }), stranger = watch(guarded, { token, key: OTHER });
    const { client, results } = await connect(guarded, { token, viewKey: KEY });
    await play(client, results, 2);
    await until("pictures", () => pictures.length >= 1);
    assert.equal(stranger.pictures.length, 0);
    viewer.close();
    stranger.viewer.close();
    await client.close();
  } finally {
    await guarded.close();
  }
});

test("when the server is back, so is who watches", async () => {
  const first = await startServer(), { port } = first, states: string[] = [];
  const viewer = new ViewClient(viewUrl(first), { onPicture: () => {}, onState: (state) => states.push(state) });
  await until("it to watch", () => viewer.state === "watching");
  await first.close();
  await until("it to wait", () => states.includes("waiting"));
  const second = await startServer({ port });
  await until("it to watch again", () => viewer.state === "watching");
  viewer.close();
  assert.equal(viewer.state, "closed");
  await second.close();
});
