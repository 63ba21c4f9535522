import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { openStorage } from "../../src/jobs/open-storage.js";
import { queueOf } from "../../src/jobs/queue/queue-names.js";
import { assertFails, temporaryFolder } from "../streams/media.js";
import { filesBelow } from "./batch-world.js";
import { startS3 } from "./s3-server.js";

const folder = await temporaryFolder(), s3 = await startS3("parts");
after(() => s3.close());
Object.assign(process.env, { AWS_ENDPOINT_URL_S3: s3.url, AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "us-east-1" });

for (const [name, where] of [["a folder", join(folder, "share")], ["S3", "s3://parts/some/where"]] as const) {
  describe(`${name} as a storage`, () => {
    const put = async (text: string) => {
      const path = join(folder, "put");
      await writeFile(path, text);
      return path;
    };
    const gone = (path: string) => stat(path).then(() => false, () => true);

    test("a key holds what came first, appears whole, and goes with its prefix", async () => {
      const storage = await openStorage(where);
      assert.equal(await storage.readText("a/1.json"), undefined);
      assert.equal(await storage.size("a/1.json"), undefined);
      const path = await put("first");
      await storage.put("a/b/1.mp4", path);
      assert.ok(await gone(path), "the file was moved");
      await storage.put("a/b/1.mp4", await put("second"));
      await storage.putText("a/b/1.json", "one");
      await storage.putText("a/b/1.json", "two");
      assert.equal(await storage.size("a/b/1.mp4"), 5);
      assert.equal(await storage.readText("a/b/1.json"), "one");
      assert.equal(await readFile(await storage.fetch("a/b/1.mp4", join(folder, "fetched")), "utf8"), "first");
      const kept = await put("kept");
      await storage.putCopy("a/inputs/x.mp4", kept);
      assert.equal(await readFile(kept, "utf8"), "kept", "the file stayed");
      for (let i = 0; i < 8; i++) await storage.putText(`a/b/many-${i}`, "x");
      await storage.putText("ab/other", "y");
      await storage.remove("a");
      assert.equal(await storage.size("a/b/many-7"), undefined);
      assert.equal(await storage.readText("ab/other"), "y", "another prefix is another's");
      await storage.remove("ab");
      await storage.close();
      await storage.close();
      assert.deepEqual(name === "S3" ? [...s3.objects.keys()] : filesBelow(where), []);
    });

    test("of many who come at once with one key, one wins and nobody fails", async () => {
      const storage = await openStorage(where);
      await Promise.all(Array.from({ length: 8 }, (_, i) => storage.putText("race/1", `text ${i}`)));
      assert.match((await storage.readText("race/1"))!, /^text \d$/);
      await storage.remove("race");
      await storage.close();
    });
  });
}

test("everybody finds the same queue, also on a server that replaces what is there", async () => {
  const simple = await startS3("parts", false), known = process.env["AWS_ENDPOINT_URL_S3"];
  try {
    process.env["AWS_ENDPOINT_URL_S3"] = simple.url;
    const [first, second] = [await openStorage("s3://parts/x"), await openStorage("s3://parts/x")];
    assert.equal(await queueOf(first), await queueOf(second));
    await first.close();
    await second.close();
  } finally {
    process.env["AWS_ENDPOINT_URL_S3"] = known;
    await simple.close();
  }
});

test("a bucket that is not there, and an address that is none, are told in a sentence", async () => {
  await assertFails(openStorage("s3://nowhere/x"), "STORAGE_FAILED", /NoSuchBucket/);
  await assertFails(openStorage("s3:///x"), "USAGE");
  assert.ok(s3.refused > 0, "S3 refuses a second object");
});
