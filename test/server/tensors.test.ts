import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { Content } from "../../src/client/index.js";
import { connect, driverFrames, startServer, toJpeg, until } from "./live-fixtures.js";

test("with tfjs no tensor is left by sessions, and none by the server", { timeout: 600_000 }, async () => {
  const jpegs = await Promise.all((await driverFrames(2, 10)).map(toJpeg));
  const before = tf.memory().numTensors;
  const server = await startServer({ engine: "tfjs", limits: { maxSide: 128, idleTimeout: 600 } });
  try {
    const run = async () => {
      const clients = [await connect(server), await connect(server)];
      await until("pictures in both", () => {
        for (const { client } of clients) if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: jpegs[0] });
        return clients.every(({ results }) => results.length >= 2);
      }, 240_000);
      for (const { client } of clients) await client.close();
      await until("the sessions' end", () => server.load().sessions === 0 && server.load().inWork === 0);
    };
    await run(); // the backend keeps some constants of the network from the first run on
    await new Promise((resolve) => setTimeout(resolve, 1000)); // what was in work when the sockets closed
    const start = tf.memory().numTensors;
    await run();
    await until("no tensor more than before", () => tf.memory().numTensors === start);
  } finally {
    await server.close();
  }
  assert.equal(tf.memory().numTensors, before);
});
