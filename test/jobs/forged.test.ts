import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { Queue } from "bullmq";
import { FolderStorage } from "../../src/jobs/folder-storage.js";
import { checkUnit } from "../../src/jobs/queue/check-unit.js";
import { queueOf } from "../../src/jobs/queue/queue-names.js";
import { OptionsSchema } from "../../src/pipeline/options.js";
import { assertFails, temporaryFolder } from "../streams/media.js";
import { filesBelow, makeWorld, startCli, until } from "./batch-world.js";
import { needsRedis, startRedis } from "./redis-server.js";

const ID = "0123456789ab", KEY = (name: string) => `${ID}/inputs/${"0f".repeat(32)}${name}`;
const file = (at: string, stored = true) => ({ label: at, at, stored });
const OPTIONS = OptionsSchema.omit({ input: true, photo: true, output: true }).parse({ landmarks: "facemesh", cache: false });
const GRID = { start: 0, seconds: 30, count: 2 };
const SPEC = { prefix: `${ID}/${ID}/${ID}`, input: file(KEY(".mp4")), photo: file(KEY(".jpg")), options: OPTIONS, format: "mp4", grid: GRID };
const spec = (change: object) => ({ spec: { ...SPEC, ...change }, index: 0 });

/** What nobody but a stranger puts on the queue. `url` answers nothing but counts who asks; `own` and `outside` are folders with files in them. */
function forgeries(url: string, outside: string): Record<string, unknown> {
  const options = (change: object) => spec({ options: { ...OPTIONS, ...change } });
  return {
    nothing: null, number: 7, empty: {}, "no spec": { index: 0 }, "more than a unit": { ...spec({}), command: "rm" },
    "prefix that climbs": spec({ prefix: "../../outside" }), "prefix that climbs late": spec({ prefix: `${ID}/${ID}/../../../outside` }),
    "absolute prefix": spec({ prefix: outside }), "prefix with a zero byte": spec({ prefix: `${ID}/${ID}/${ID}\0` }), "prefix of two": spec({ prefix: `${ID}/${ID}` }),
    "stored video that climbs": spec({ input: file("../outside/clips/c1.mp4") }), "stored photo that climbs": spec({ photo: file(`${ID}/inputs/../../../outside/faces/p1.jpg`) }),
    "stored video of another batch": spec({ input: file(KEY(".mp4").replace(ID, "ffffffffffff")) }), "stored video without a hash": spec({ input: file(`${ID}/inputs/a.mp4`) }),
    "video by its path": spec({ input: file(join(outside, "clips/c1.mp4"), false) }), "photo by its path": spec({ photo: file(join(outside, "faces/p1.jpg"), false) }),
    "video at a URL": spec({ input: file(`${url}/a.mp4`, false) }), "photo at a URL": spec({ photo: file(`${url}/a.jpg`, false) }), "stored URL": spec({ input: file(`${url}/b.mp4`) }),
    "concat protocol": spec({ input: file(`concat:${outside}/clips/c1.mp4`, false) }), "stored concat": spec({ input: file(`concat:${outside}/clips/c1.mp4`) }),
    "video of a part of a file": spec({ input: file(`subfile,,start,0,end,9,,:${outside}/clips/c1.mp4`, false) }), "video in a pipe": spec({ input: file("pipe:0", false) }),
    "photo in its own address": spec({ photo: file("data:image/png;base64,AAAA") }), "photo at a file's URL": spec({ photo: file(`file://${outside}/faces/p1.jpg`, false) }),
    "stored as a word": spec({ input: { ...file(KEY(".mp4")), stored: "true" } }), "a number for a key": spec({ input: { ...file(KEY(".mp4")), at: 7 } }),
    "a list for a spec": { spec: [SPEC], index: 0 }, "no options": spec({ options: null }), "a word for a number": options({ crf: "18; id" }), "a number for a word": options({ encoder: 7 }),
    "start after all time": spec({ grid: { ...GRID, start: 1e308 } }), "segments of a year": spec({ grid: { ...GRID, seconds: 3e7 } }), "index of all bits": { ...spec({}), index: 2 ** 53 },
    "weights by their path": options({ weights: outside }), "models by their path": options({ modelDir: outside }), "an option that is none": options({ exec: "id" }),
    "strength of a thousand": options({ strength: 1000 }), "batch of a million": options({ batch: 1e6 }), "format that is none": spec({ format: "../x" }),
    "a million segments": spec({ grid: { ...GRID, count: 1e6 } }), "segments of no length": spec({ grid: { ...GRID, seconds: 0 } }),
    "index beyond the end": { ...spec({}), index: 2 }, "index that is none": { ...spec({}), index: "0" }, "label that clears the screen": spec({ input: { ...file(KEY(".mp4")), label: "\x1b[2J" } }),
  };
}

test("what a coordinator asks for is what it asks for; files of the machine only where that is told", () => {
  assert.deepEqual(checkUnit(spec({}), false), spec({}));
  assert.deepEqual(checkUnit({ spec: SPEC }, false), { spec: SPEC });
  const local = spec({ options: { ...OPTIONS, weights: "/models/mine" } });
  assert.throws(() => checkUnit(local, false), { code: "PROTOCOL", message: /--local-files/ });
  assert.deepEqual(checkUnit(local, true), local);
  const small = spec({ options: { ...OPTIONS, weights: "small" } });
  for (const localFiles of [false, true]) assert.deepEqual(checkUnit(small, localFiles), small, "what the package has is no file of somebody's");
  for (const [name, forged] of Object.entries(forgeries("http://127.0.0.1:1", "/outside"))) {
    if (/by (its|their) path/.test(name)) continue;
    assert.throws(() => checkUnit(forged, true), { code: "PROTOCOL" }, name);
  }
});

test("a folder as a storage has nothing outside of itself", async () => {
  const folder = await temporaryFolder(), storage = new FolderStorage(join(folder, "storage"));
  writeFileSync(join(folder, "secret"), "secret");
  for (const key of ["../secret", "a/../../secret", join(folder, "secret"), "", "."]) {
    await assertFails(storage.readText(key), "STORAGE_FAILED", /leads out/);
    await assertFails(storage.putText(key, "mine"), "STORAGE_FAILED", /leads out/);
    await assertFails(storage.remove(key), "STORAGE_FAILED", /leads out/);
  }
  assert.deepEqual(filesBelow(folder), ["secret"]);
  mkdirSync(join(folder, "storage"));
  symlinkSync(join(folder, "secret"), join(folder, "storage", "file"));
  symlinkSync(folder, join(folder, "storage", "folder"));
  writeFileSync(join(folder, "mine"), "mine");
  for (const key of ["file", "folder/secret", "folder/new"]) {
    for (const ask of [() => storage.readText(key), () => storage.size(key), () => storage.fetch(key), () => storage.putText(key, "mine"), () => storage.putCopy(key, join(folder, "mine"))]) {
      await assertFails(ask(), "STORAGE_FAILED", /leads out/);
    }
  }
  await assertFails(storage.remove("folder/secret"), "STORAGE_FAILED", /leads out/);
  assert.deepEqual([readFileSync(join(folder, "secret"), "utf8"), readdirSync(folder).sort()], ["secret", ["mine", "secret", "storage"]]);
  // A storage that is itself named by a link is one.
  symlinkSync(join(folder, "storage"), join(folder, "linked"));
  const linked = new FolderStorage(join(folder, "linked"));
  await linked.putText("a/b", "text");
  assert.equal(await linked.readText("a/b"), "text");
});

test("a real worker refuses every forged unit: nothing is read, written or asked for elsewhere", needsRedis, async () => {
  const folder = await temporaryFolder(), redis = await startRedis(folder, after), storage = join(folder, "storage"), outside = join(folder, "outside");
  let asked = 0;
  const server = createServer((socket) => { asked++; socket.destroy(); }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  mkdirSync(outside);
  await makeWorld(outside, { clips: 1, photos: 1, seconds: 0.4 });
  mkdirSync(storage);
  const before = filesBelow(outside), queue = new Queue(await queueOf(new FolderStorage(storage)), { connection: { url: redis.url } });
  after(() => queue.close());
  const worker = startCli(["worker", "--queue", redis.url, "--storage", storage]);
  after(() => worker.child.kill("SIGKILL"));
  await until("the worker is ready", () => worker.lines.some((line) => line.includes('"ready"')), 300);

  const forged = forgeries(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, outside);
  assert.ok(Object.keys(forged).length >= 30);
  for (const [name, data] of Object.entries(forged)) await queue.add(name, data, { attempts: 3 });
  await until("all were refused", async () => (await queue.getFailedCount()) === Object.keys(forged).length, 120);
  for (const { name, failedReason, attemptsMade } of await queue.getFailed(0, 100)) {
    assert.match(failedReason, /^PROTOCOL: Expected a unit of reenact batch/, name);
    assert.equal(attemptsMade, 1, `${name}: not tried again`);
  }
  assert.equal(asked, 0, "no address was asked");
  assert.deepEqual(filesBelow(outside), before);
  assert.deepEqual(readdirSync(folder).sort(), ["outside", "storage"]);
  assert.deepEqual(filesBelow(storage), ["storage-id"]);
  // What lies in the storage may be a link: it is not followed out of it.
  mkdirSync(join(storage, ID, "inputs"), { recursive: true });
  for (const [key, secret] of [[KEY(".mp4"), "clips/c1.mp4"], [KEY(".jpg"), "faces/p1.jpg"]]) symlinkSync(join(outside, secret), join(storage, key));
  await queue.add("links", spec({}));
  await until("links were refused", async () => (await queue.getFailedCount()) > Object.keys(forged).length, 120);
  assert.match((await queue.getFailed(0, 100)).find(({ name }) => name === "links")!.failedReason, /^STORAGE_FAILED: .* leads out of it/);
  worker.child.kill("SIGTERM");
  assert.equal(await worker.ended, 0);
});
