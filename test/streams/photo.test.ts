import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { readPhoto } from "../../src/streams/photo.js";
import { DIGITAL_SOURCE_TYPE, SYNTHETIC_XMP } from "../../src/streams/synthetic-mark.js";
import { encodePicture, writeImage } from "../../src/streams/write-image.js";
import { withinOnce } from "../helpers/within-once.js";
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
    "Display P3, 16 bit": { bytes: await picture().toColourspace("rgb16").withIccProfile("p3").png().toBuffer(), tolerance: 3, note: /profile/, format: "png" },
    "Display P3, 10 bit": { bytes: await picture().withIccProfile("p3").avif({ bitdepth: 10, lossless: true }).toBuffer(), tolerance: 3, note: /profile/, format: "heif" },
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

/** A picture of one colour, given as codes 0…1, as a PNG of 16 bits that states by its numbers what they stand for (PNG 3, `cICP`). */
async function numberedPng(code: readonly number[], primaries: number, transfer: number): Promise<Buffer> {
  const data = Uint16Array.from({ length: 3 * 64 * 48 }, (_, i) => Math.round(65_535 * code[i % 3]));
  const png = await sharp(data, { raw: { width: 64, height: 48, channels: 3 } }).toColourspace("rgb16").png().toBuffer();
  const chunk = Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from("cICP"), Buffer.from([primaries, transfer, 0, 1]), Buffer.alloc(4)]);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 12)), 12);
  const header = 8 + 12 + 13;
  return Buffer.concat([png.subarray(0, header), chunk, png.subarray(header)]);
}

/** As zlib's, which Node 20 does not offer yet (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test("colours that a photo states by numbers instead of a profile", async () => {
  // RED in the primaries of P3, with a photo's gamma; and a fifth of the light of white in PQ: 40.6 cd/m².
  const p3 = [0.7328, 0.4128, 0.2431], grey = 0.42067;
  const wide = await readPhoto(await numberedPng(p3, 12, 13));
  assertClose(at(wide, 9, 9), RED, 2, "P3 as PNG");
  assert.match(wide.notes.join(), /wide gamut/);
  const hdr = await readPhoto(await numberedPng([grey, grey, grey], 9, 16));
  assertClose(at(hdr, 9, 9), Array.from({ length: 3 }, () => 255 * 0.2 ** (1 / 2.2)), 2, "PQ as PNG");
  assert.match(hdr.notes.join(), /HDR \(PQ\)/);

  const plain = await sharp({ create: { width: 64, height: 48, channels: 3, background: { r: 255 * p3[0], g: 255 * p3[1], b: 255 * p3[2] } } }).avif({ lossless: true }).toBuffer();
  const box = plain.indexOf("colrnclx", 0, "latin1");
  assert.ok(box > 0, "a box to state another colour in");
  assert.deepEqual((await readPhoto(plain)).notes, []);
  plain.writeUInt16BE(12, box + 8);
  const avif = await readPhoto(plain);
  assertClose(at(avif, 9, 9), RED, 3, "P3 as AVIF");
  assert.match(avif.notes.join(), /wide gamut/);
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
  await withinOnce(1000, "and less than 100 MB: it is not decoded", async () => {
    const [start, before] = [performance.now(), process.memoryUsage().rss];
    await assertFails(readPhoto(path), "PHOTO_TOO_LARGE", /12000×12000/);
    return process.memoryUsage().rss - before < 100e6 ? performance.now() - start : Infinity;
  });
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

test("a JPEG with the mark is, byte for byte, what sharp makes with it", async () => {
  const { pixels } = await readPhoto(await picture().png().toBuffer()), { data, width, height } = pixels;
  const made = await sharp(data, { raw: { width, height, channels: 3 } }).withXmp(SYNTHETIC_XMP).jpeg({ quality: 85, chromaSubsampling: "4:2:0", optimiseCoding: false }).toBuffer();
  assert.ok(made.equals(await encodePicture(pixels, { format: "jpg", quality: 85, fast: true })));
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
