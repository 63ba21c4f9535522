import assert from "node:assert/strict";
import { after, test } from "node:test";
import sharp from "sharp";
import { PhotoReader } from "../../src/server/photo-reader.js";
import { readPhoto } from "../../src/streams/photo.js";
import { PHOTO } from "./live-fixtures.js";
import { readFile } from "node:fs/promises";

const reader = new PhotoReader({ maxPhotoPixels: 25e6, maxSide: 320 }), { signal } = new AbortController();
after(() => reader.close());

test("a photo is read as it is elsewhere; what is none, or too large, is told so", async () => {
  const bytes = await readFile(PHOTO);
  const [mine, theirs] = [await readPhoto(bytes, { maxSide: 320 }), await reader.read(bytes, signal)];
  assert.deepEqual([theirs.pixels.width, theirs.pixels.height, theirs.original, theirs.notes], [mine.pixels.width, mine.pixels.height, mine.original, mine.notes]);
  assert.ok(Buffer.from(theirs.pixels.data).equals(Buffer.from(mine.pixels.data)));
  await assert.rejects(reader.read(Buffer.from("<svg/>"), signal), { code: "PHOTO_UNREADABLE" });
  await assert.rejects(reader.read(bytes.subarray(0, 2000), signal), { code: "PHOTO_UNREADABLE" });
  const large = await sharp({ create: { width: 6000, height: 5000, channels: 3, background: "#333" } }).png().toBuffer();
  await assert.rejects(reader.read(large, signal), { code: "PHOTO_TOO_LARGE" });
});

test("whoever went away is not answered, and the next photo is read; a process that ends is not the end", async () => {
  const large = await sharp({ create: { width: 2500, height: 2500, channels: 3, background: "#333" } }).avif({ effort: 0 }).toBuffer();
  assert.ok(large.length < 20_000);
  const gone = new AbortController();
  const read = reader.read(large, gone.signal);
  setTimeout(() => gone.abort(new Error("gone")), 30);
  await assert.rejects(read, /gone/);
  assert.deepEqual((await reader.read(large, signal)).original, { width: 2500, height: 2500 });
  reader.close();
  assert.deepEqual((await reader.read(large, signal)).original, { width: 2500, height: 2500 });
});
