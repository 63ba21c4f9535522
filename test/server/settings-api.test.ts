import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LiveSettings } from "../../src/client/index.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect, startServer, until } from "./live-fixtures.js";

const KEY = "a-key-that-is-long-enough", TOKEN = "a-token-of-this-test";
let server: LiveServer;
before(async () => { server = await startServer(); });
after(() => server.close());

function post(of: LiveServer, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${of.port}/api/settings`, {
    method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

test("a program changes a session's settings, which its client is told, and nothing else of them", async () => {
  assert.equal((await post(server, {})).status, 404);
  const changes: Partial<LiveSettings>[] = [];
  const { client } = await connect(server, { settings: { strength: 0.5, neutral: 3 }, onSettings: (some) => changes.push(some) });
  const answer = await post(server, { strength: 1.2, neutral: "now", head: "still", paused: true });
  const now = await answer.json() as LiveSettings;
  assert.deepEqual([answer.status, now.strength, now.neutral, now.head, now.paused, now.gaze], [200, 1.2, 4, "still", true, "follow"]);
  await until("the client to be told", () => changes.length === 1);
  assert.deepEqual(changes[0], { strength: 1.2, head: "still", paused: true, neutral: 4 });
  assert.deepEqual([client.settings.strength, client.mayOffer()], [1.2, false], "they are the client's own from now on");
  client.resume();
  await until("the server to be told", async () => !(await (await post(server, {})).json() as LiveSettings).paused);
  assert.equal(changes.length, 1, "asking changes nothing");
  await client.close();
});

test("what is refused is told in a sentence, and changes nothing", async () => {
  const { client } = await connect(server);
  for (const [body, headers, status] of [
    ["{", {}, 400], [{ strength: 9 }, {}, 400], [{ unknown: 1 }, {}, 400], [[], {}, 400], [{ key: "short" }, {}, 400], ["x".repeat(5000), {}, 413],
    [{ strength: 0 }, { "Content-Type": "text/plain" }, 415], [{ strength: 0 }, { Origin: "https://evil.example" }, 403],
  ] as const) {
    const answer = await post(server, body, headers);
    assert.equal(answer.status, status, JSON.stringify(body).slice(0, 40));
    assert.match(await answer.text(), /^[A-Z].*\.\n$/);
  }
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/api/settings`)).status, 405);
  assert.equal((await (await post(server, {})).json() as LiveSettings).strength, 1);
  const many = await Promise.all(Array.from({ length: 20 }, async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 15; i++) statuses.push((await post(server, {})).status);
    return statuses;
  }));
  assert.ok(many.flat().includes(429));
  await client.close();
});

test("where there is a token, it takes the token and the session's key", async () => {
  const guarded = await startServer({ token: TOKEN }), bearer = { Authorization: `Bearer ${TOKEN}` };
  try {
    const [mine, other] = [await connect(guarded, { token: TOKEN, viewKey: KEY }), await connect(guarded, { token: TOKEN, viewKey: "another-key-that-is-long" })];
    assert.equal((await post(guarded, { key: KEY, strength: 0.3 })).status, 401);
    assert.equal((await post(guarded, { key: KEY, strength: 0.3 }, { Authorization: "Bearer wrong-token" })).status, 401);
    assert.equal((await post(guarded, { strength: 0.3 }, bearer)).status, 400);
    assert.equal((await post(guarded, { key: "a-key-of-nobody-at-all", strength: 0.3 }, bearer)).status, 404);
    assert.equal((await post(guarded, { key: KEY, strength: 0.3 }, bearer)).status, 200);
    await until("mine to be told", () => mine.client.settings.strength === 0.3);
    assert.equal(other.client.settings.strength, undefined);
    await Promise.all([mine.client.close(), other.client.close()]);
  } finally {
    await guarded.close();
  }
});
