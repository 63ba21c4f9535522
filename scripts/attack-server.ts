/**
 * The attackers of `measure-overload.ts`: begins the attacks that it is told by name, and ends when its parent does.
 *
 * A process of its own, which yields to all others: what it eats is not what the server gives away.
 */
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { Content } from "../src/client/index.js";
import { encodeJson, encodeMessage, Kind } from "../src/client/protocol.js";

/** What {@link attack}'s process is sent: bytes as base64. */
export interface AttackOrder {
  readonly names: readonly string[];
  readonly port: number;
  readonly frame: string;
  readonly bomb: string;
}

let port = 0;

async function stranger(localAddress: string, hello = true): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, ["reenact.v1"], { perMessageDeflate: false, localAddress });
  socket.on("error", () => {});
  await Promise.race([once(socket, "open"), once(socket, "close")]);
  if (hello && socket.readyState === WebSocket.OPEN) socket.send(encodeJson(Kind.hello, {}));
  return socket;
}

export const VIEWS = ["face", "composite", "side-by-side"] as const;

/** Each goes on until it is told to stop, whatever the server does to it. */
export const ATTACKS: Readonly<Record<string, (signal: AbortSignal, frame: Buffer, bomb: Buffer) => Promise<void>>> = {
  async views(signal) {
    for (let socket = await stranger("127.0.0.2"), n = 0; !signal.aborted; n++) {
      if (socket.readyState !== WebSocket.OPEN) socket = await stranger("127.0.0.2");
      socket.send(encodeJson(Kind.settings, { view: VIEWS[n % 3] }));
      await sleep(1000 / 58);
    }
  },
  async deaf(signal, frame) {
    for (let socket = await stranger("127.0.0.3"), n = 1; !signal.aborted; n++) {
      if (socket.readyState !== WebSocket.OPEN) socket = await stranger("127.0.0.3");
      (socket as unknown as { _socket: { pause(): void } })._socket.pause();
      socket.send(encodeJson(Kind.settings, { view: VIEWS[n % 2] }));
      socket.send(encodeMessage(Kind.frame, { variant: Content.jpegPicture, sequence: n, time: n, payload: frame }));
      for (let k = Math.max(1, n - 20); k <= n; k++) socket.send(encodeMessage(Kind.ack, { sequence: k }));
      socket.pong();
      await sleep(50);
    }
  },
  async photos(signal, _frame, bomb) {
    while (!signal.aborted) {
      const socket = await stranger("127.0.0.4");
      for (let n = 1; n <= 4 && socket.readyState === WebSocket.OPEN; n++) {
        socket.send(encodeMessage(Kind.photo, { sequence: n, payload: bomb }));
        await sleep(60);
      }
      socket.terminate();
    }
  },
  async floods(signal) {
    for (let turn = 0; !signal.aborted; turn++) {
      const socket = await stranger("127.0.0.5");
      for (let n = 0; n < 1000 && socket.readyState === WebSocket.OPEN; n++) {
        if (turn % 3 === 0) socket.ping();
        else socket.send(turn % 3 === 1 ? encodeMessage(Kind.ack, { sequence: 77 }) : encodeMessage(Kind.sound, { payload: new Uint8Array(2) }));
      }
      await sleep(200);
      socket.terminate();
    }
  },
  async silent(signal) {
    while (!signal.aborted) {
      const sockets = Array.from({ length: 60 }, () => connectTcp({ port, host: "127.0.0.1", localAddress: "127.0.0.6" }).on("error", () => {}));
      await sleep(3000);
      for (const socket of sockets) socket.destroy();
    }
  },
  async ungreeted(signal) {
    while (!signal.aborted) {
      const sockets = await Promise.all(Array.from({ length: 24 }, () => stranger("127.0.0.7", false)));
      for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array(100_000), { fin: false });
      await sleep(2000);
      for (const socket of sockets) socket.terminate();
    }
  },
};


if (process.send) {
  const stop = new AbortController();
  process.on("message", (order: AttackOrder | "stop") => {
    if (order === "stop") return stop.abort();
    port = order.port;
    const [frame, bomb] = [order.frame, order.bomb].map((text) => Buffer.from(text, "base64"));
    void Promise.all(order.names.map((name) => ATTACKS[name](stop.signal, frame, bomb).catch((error: unknown) => void process.send?.(`${name}: ${String(error)}`)))).then(() => process.exit());
  });
  process.on("disconnect", () => process.exit());
  process.send("ready");
}
