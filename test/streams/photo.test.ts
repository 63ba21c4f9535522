import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { readPhoto } from "../../src/streams/photo.js";
import { DIGITAL_SOURCE_TYPE } from "../../src/streams/synthetic-mark.js";
import { writeImage } from "../../src/streams/write-image.js";
import { assertFails, temporaryFolder } from "./media.js";

const folder = await temporaryFolder();
const [RED, GREEN] = [[200, 100, 50], [40, 160, 90]];

/** 64×48: red, but for a green upper left quarter. */
function picture(): Sharp {
  const data = new Uint8Array(64 * 48 * 3);
  for (let y = 0; y < 48; y++) for (let x = 0; x < 64; x++) data.set((x < 32 && y < 24 ? GREEN : RED) as number[], (y * 64 + x) * 3);
  return sharp(data, { raw: { width: 64, height: 48, channels: 3 } });
}

function at(photo: { pixels: { data: Uint8Array; width: number } }, x: number, y: number): number[] {
  const from = (y * photo.pixels.width + x) * 3;
  return [...photo.pixels.data.subarray(from, from + 3)];
}

function assertClose(actual: number[], wanted: number[] | undefined, tolerance: number, what: string): void {
  for (const [i, value] of actual.entries()) assert.ok(Math.abs(value - (wanted?.[i] ?? Number.NaN)) <= tolerance, `${what}: ${actual} instead of ${wanted}`);
}

test("every way of storing a photo gives the same pixels", async () => {
  const files: Record<string, { bytes: Buffer; tolerance: number; note?: RegExp; format: string }> = {
    png: { bytes: await picture().png().toBuffer(), tolerance: 0, format: "png" },
    palette: { bytes: await picture().png({ palette: true }).toBuffer(), tolerance: 2, format: "png" },
    jpeg: { bytes: await picture().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), tolerance: 3, format: "jpeg" },
    webp: { bytes: await picture().webp({ lossless: true }).toBuffer(), tolerance: 0, format: "webp" },
    avif: { bytes: await picture().avif({ quality: 95 }).toBuffer(), tolerance: 4, format: "heif" },
    tiff: { bytes: await picture().tiff().toBuffer(), tolerance: 6, format: "tiff" },
    "16 bit": { bytes: await picture().toColourspace("rgb16").png().toBuffer(), tolerance: 1, note: /16 bits/, format: "png" },
    "Display P3": { bytes: await picture().withIccProfile("p3").png().toBuffer(), tolerance: 3, note: /profile/, format: "png" },
    CMYK: { bytes: await picture().toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(), tolerance: 40, note: /CMYK/, format: "jpeg" },
  };
  for (const [name, { bytes, tolerance, note, format }] of Object.entries(files)) {
    const photo = await readPhoto(bytes);
    assert.deepEqual([photo.format, photo.pixels.width, photo.pixels.height, photo.pixels.data.length], [format, 64, 48, 64 * 48 * 3], name);
    assertClose(at(photo, 10, 10), GREEN, tolerance, name);
    assertClose(at(photo, 50, 40), RED, tolerance, name);
    assert.match(photo.notes.join(" "), note ?? /^$/, name);
    assert.equal(photo.sha256, createHash("sha256").update(bytes).digest("hex"));
  }
});

test("EXIF's orientation turns the photo upright", async () => {
  // Where the green corner is stored for each orientation, once upright it is at the upper left: (x, y) of its stored corner.
  const upright: Record<number, [number, number]> = { 1: [5, 5], 2: [58, 5], 3: [58, 42], 4: [5, 42], 5: [5, 5], 6: [42, 5], 7: [42, 58], 8: [5, 58] };
  for (const [orientation, [x, y]] of Object.entries(upright)) {
    const bytes = await picture().withMetadata({ orientation: Number(orientation) }).png().toBuffer();
    const photo = await readPhoto(bytes);
    assert.equal(photo.orientation, Number(orientation));
    assert.deepEqual([photo.pixels.width, photo.pixels.height], Number(orientation) > 4 ? [48, 64] : [64, 48]);
    assert.deepEqual(photo.original, { width: photo.pixels.width, height: photo.pixels.height });
    assertClose(at(photo, x, y), GREEN, 1, `orientation ${orientation}`);
    assert.equal(/upright/.test(photo.notes.join()), orientation !== "1");
  }
});

test("grey, transparent and animated photos", async () => {
  for (const space of ["b-w", "grey16"] as const) {
    const grey = await readPhoto(await picture().toColourspace(space).png().toBuffer());
    const [r, g, b] = at(grey, 50, 40);
    assert.ok(r === g && g === b && (r ?? 0) > 80 && (r ?? 0) < 160);
    assert.match(grey.notes.join(), /grey/);
  }
  const clear = await readPhoto(await picture().ensureAlpha(0.5).png().toBuffer());
  assert.equal(clear.hadAlpha, true);
  assertClose(at(clear, 50, 40), RED?.map((value) => (value + 255) / 2), 1, "half on white");
  assert.match(clear.notes.join(), /white/);

  const second = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#000" } }).png().toBuffer();
  const animation = await sharp([await picture().png().toBuffer(), second], { join: { animated: true } }).webp({ lossless: true }).toBuffer();
  const first = await readPhoto(animation);
  assert.deepEqual([first.pixels.width, first.pixels.height], [64, 48]);
  assertClose(at(first, 50, 40), RED, 0, "the first picture");
  assert.match(first.notes.join(), /first of its 2/);
});

test("large photos are scaled down when asked, too large ones refused before they are decoded", async () => {
  const scaled = await readPhoto(await picture().png().toBuffer(), { maxSide: 32 });
  assert.deepEqual([scaled.pixels.width, scaled.pixels.height, scaled.original], [32, 24, { width: 64, height: 48 }]);
  assert.match(scaled.notes.join(), /64×48 to 32×24/);

  const path = join(folder, "huge.png");
  await writeFile(path, await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: "#888" } }).png({ compressionLevel: 1 }).toBuffer());
  const [start, before] = [performance.now(), process.memoryUsage().rss];
  await assertFails(readPhoto(path), "PHOTO_TOO_LARGE", /12000×12000/);
  assert.ok(performance.now() - start < 1000 && process.memoryUsage().rss - before < 100e6, "not decoded");
  await assertFails(readPhoto(await picture().png().toBuffer(), { maxPixels: 1000 }), "PHOTO_TOO_LARGE");
});

test("files that are no photo", async () => {
  const write = async (name: string, bytes: Uint8Array | string) => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  const jpeg = await picture().resize(640, 480).jpeg().toBuffer();
  await assertFails(readPhoto(join(folder, "none.jpg")), "INPUT_NOT_FOUND", /none\.jpg/);
  await assertFails(readPhoto(folder), "PHOTO_UNREADABLE", /folder/);
  await assertFails(readPhoto(await write("empty.jpg", "")), "INPUT_EMPTY", /0 bytes/);
  await assertFails(readPhoto(await write("letter.jpg", "Dear reader")), "PHOTO_UNREADABLE");
  await assertFails(readPhoto(await write("half.jpg", jpeg.subarray(0, jpeg.length / 2))), "PHOTO_UNREADABLE", /cut off/);
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0mif1heic"), Buffer.alloc(100)]);
  await assertFails(readPhoto(await write("phone.heic", heic)), "PHOTO_UNREADABLE", /HEIC/);
});

test("pictures are written whole, with the mark, and do not replace others unasked", async () => {
  const where = join(folder, "written");
  await mkdir(where);
  const { pixels } = await readPhoto(await picture().png().toBuffer());
  for (const [file, tolerance] of [["a.png", 0], ["a.jpg", 3], ["a.webp", 6]] as const) {
    const path = join(where, file);
    await writeImage(path, pixels);
    const { xmp } = await sharp(path).metadata();
    assert.ok(xmp?.includes(DIGITAL_SOURCE_TYPE), file);
    assertClose(at(await readPhoto(path), 50, 40), RED, tolerance, file);
    await assertFails(writeImage(path, pixels), "OUTPUT_EXISTS");
    const old = await readFile(path);
    await writeImage(path, { ...pixels, data: new Uint8Array(pixels.data.length) }, { overwrite: true });
    assert.notDeepEqual(await readFile(path), old);
  }
  await assertFails(writeImage(join(where, "a.bmp"), pixels), "OUTPUT_INVALID", /\.png/);
  await assertFails(writeImage(join(where, "none", "a.png"), pixels), "OUTPUT_INVALID");
  assert.equal((await readdir(where)).length, 3);
});
