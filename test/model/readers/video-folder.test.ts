import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listPersonVideos } from "../../../src/model/readers/video-folder.js";
import { temporaryFolder } from "../../streams/media.js";

test("a folder's videos, animations among them, by who they show; what may be a single picture is none", async () => {
  const folder = await temporaryFolder(), at = (name: string) => join(folder, name);
  mkdirSync(at("anna"));
  for (const name of ["a.mp4", "b.GIF", "c.apng", "anna/d.MOV", "anna/e.webm", "f.png", "g.avif", "h.webp", "i.txt", "gif"]) writeFileSync(at(name), "");
  assert.deepEqual(await listPersonVideos(folder), [
    { path: at("a.mp4"), person: "a" }, { path: at("anna/d.MOV"), person: "anna" }, { path: at("anna/e.webm"), person: "anna" },
    { path: at("b.GIF"), person: "b" }, { path: at("c.apng"), person: "c" },
  ]);
  mkdirSync(at("empty"));
  await assert.rejects(listPersonVideos(at("empty"), "--drivers"), { code: "DATA_INVALID", message: /^Expected videos in .*empty/ });
  await assert.rejects(listPersonVideos(at("nowhere"), "--drivers"), { code: "DATA_INVALID", message: /check --drivers/ });
});
