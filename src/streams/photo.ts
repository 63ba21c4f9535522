import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import sharp, { type Metadata } from "sharp";
import { ReenactError } from "../errors.js";
import { filePath, type FilePath } from "../file-path.js";
import type { Pixels } from "../frame.js";
import { fitWithin } from "./frame-size.js";
import { photoColours } from "./photo-colours.js";
import { needsMapping, screenMap, type Colours } from "./screen-map.js";

/** What a photo may be like. */
export interface PhotoLimits {
  /** Most pixels that are decoded at all; default 100 million. */
  readonly maxPixels?: number | undefined;
  /** Longer sides are scaled down to this, pixels; default: as it is. */
  readonly maxSide?: number | undefined;
}

/** A photo as pixels (upright, opaque, sRGB), and what was done to get there. */
export interface Photo {
  readonly pixels: Pixels;
  /** ffmpeg-free name of the file format: `jpeg`, `png`, `webp`, `heif` (AVIF), `tiff`, `gif`, … */
  readonly format: string;
  /** Size in the file, upright but not scaled, pixels. */
  readonly original: { readonly width: number; readonly height: number };
  /** EXIF's orientation, 1…8; 1 where it says nothing. */
  readonly orientation: number;
  readonly hadAlpha: boolean;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** Sentences for the user: what of the file is not in the pixels. */
  readonly notes: readonly string[];
}

const DEFAULT_MAX_PIXELS = 100e6;
/** No photo of so many pixels is larger, even uncompressed with 16 bits a channel. */
const MAX_FILE_BYTES = 2 ** 30;
/** EXIF orientations that swap width and height. */
const TURNED = 5;

/** HEIC and its kin begin like MP4: a `ftyp` box naming a brand (ISO/IEC 23008-12, annex B). */
const HEIC_BRAND = /^ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/;

async function readPhotoFile(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new ReenactError("PHOTO_UNREADABLE", `Expected a photo but \`${path}\` is a folder: name a file in it.`);
    if (found.size > MAX_FILE_BYTES) {
      throw new ReenactError("PHOTO_TOO_LARGE", `\`${path}\` is a file of ${(found.size / 2 ** 30).toFixed(1)} GiB, more than any photo: scale it down first.`);
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof ReenactError) throw cause;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw new ReenactError("INPUT_NOT_FOUND", `There is no photo \`${path}\`: check its name and the folder you are in.`, { cause });
    throw new ReenactError("PHOTO_UNREADABLE", `The photo \`${path}\` cannot be opened (${code}).`, { cause });
  }
}

function unreadable(label: string, bytes: Buffer, cause: unknown): ReenactError {
  if (HEIC_BRAND.test(bytes.toString("latin1", 4, 12))) {
    return new ReenactError("PHOTO_UNREADABLE", `${label} is HEIC, whose codec is not built in here: save it as JPEG or PNG first (on an iPhone: Settings, Camera, Formats, Most Compatible).`, { cause });
  }
  return new ReenactError("PHOTO_UNREADABLE", `${label} is no photo that can be read: it is damaged, cut off, or not JPEG, PNG, WebP, AVIF, TIFF or GIF.`, { cause });
}

/** Whether an ICC profile is one of the many called sRGB; its name is in the file as ASCII or as UTF-16. */
function isSrgb(profile: Buffer): boolean {
  return profile.includes("sRGB", 0, "latin1") || profile.includes(Buffer.from("sRGB", "utf16le").swap16());
}

/** Of the screens that photos are made for: sRGB's, nearly. */
const GAMMA = 2.2;

function notesOf(metadata: Metadata, colours: Colours, size: { width: number; height: number }, scaled: { width: number; height: number }): string[] {
  const { orientation = 1, hasAlpha = false, depth, space, pages = 1, icc } = metadata;
  const notes: string[] = [];
  if (orientation > 1) notes.push(`The photo is turned upright (EXIF orientation ${orientation}).`);
  if (hasAlpha) notes.push("Where it is transparent it is laid on white.");
  if (depth !== undefined && depth !== "uchar") notes.push("Its 16 bits a channel are reduced to 8.");
  if (space === "cmyk") notes.push("Its CMYK colours are converted to sRGB.");
  else if (needsMapping(colours)) notes.push(`Its colours are converted from ${colours.transfer === undefined ? "a wide gamut" : `HDR (${colours.transfer.toUpperCase()})`} to sRGB.`);
  else if (icc !== undefined && !isSrgb(icc)) notes.push("Its colours are converted from their profile to sRGB.");
  if (space === "b-w" || space === "grey16") notes.push("It is grey.");
  if (pages > 1) notes.push(`Only the first of its ${pages} pictures is used.`);
  if (scaled.width !== size.width || scaled.height !== size.height) {
    notes.push(`It is scaled down from ${size.width}×${size.height} to ${scaled.width}×${scaled.height}.`);
  }
  return notes;
}

/**
 * Reads a photo, whatever way it is stored: upright by its EXIF orientation, transparency laid on white, 8 bits, sRGB by its ICC
 * profile or the numbers it states instead, the first picture of an animation.
 * @param given a path, a `file:` URL, or a file's bytes.
 * @throws {ReenactError} INPUT_NOT_FOUND, INPUT_EMPTY (0 bytes), PHOTO_UNREADABLE (a folder, no permission, damaged, cut off, HEIC),
 *   PHOTO_TOO_LARGE, before anything is decoded.
 */
export async function readPhoto(given: FilePath | Uint8Array, limits: PhotoLimits = {}): Promise<Photo> {
  const source = given instanceof Uint8Array ? given : filePath(given, "photo");
  const { maxPixels = DEFAULT_MAX_PIXELS, maxSide } = limits;
  const bytes = typeof source === "string" ? await readPhotoFile(source) : Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const label = typeof source === "string" ? `\`${source}\`` : "The photo";
  if (bytes.length === 0) throw new ReenactError("INPUT_EMPTY", `${label} is empty (0 bytes): it was probably never completely copied.`);
  const fail = (cause: unknown): never => {
    throw unreadable(label, bytes, cause);
  };
  // The limit is checked here, with a sentence that says what to do.
  const image = sharp(bytes, { limitInputPixels: false, failOn: "error" });
  const metadata = await image.metadata().catch(fail);
  const { width, height, orientation = 1, hasAlpha = false, format } = metadata;
  if (width * height > maxPixels) {
    const [has, may] = [width * height, maxPixels].map((count) => (count / 1e6).toFixed(0));
    throw new ReenactError("PHOTO_TOO_LARGE", `${label} has ${width}×${height} pixels (${has} million) but at most ${may} million are read: scale it down first.`);
  }
  const size = orientation >= TURNED ? { width: height, height: width } : { width, height };
  const scaled = fitWithin(size, maxSide);
  const stated = metadata.icc === undefined && /^(srgb|rgb16)$/.test(metadata.space);
  const colours: Colours = stated ? photoColours(bytes) : { transfer: undefined, primaries: undefined }, mapped = needsMapping(colours);
  const flat = image.autoOrient().flatten({ background: "#ffffff" }).toColourspace(mapped ? "rgb16" : "srgb");
  // With 16 bits a profile is heeded only when another is asked for.
  const upright = metadata.icc !== undefined && metadata.space === "rgb16" ? flat.withIccProfile("srgb", { attach: false }) : flat;
  const resized = scaled.width === size.width && scaled.height === size.height ? upright : upright.resize(scaled.width, scaled.height, { fit: "fill" });
  const { data, info } = await resized.raw({ depth: mapped ? "ushort" : "uchar" }).toBuffer({ resolveWithObject: true }).catch(fail);
  return {
    pixels: { data: mapped ? toScreen(data, colours) : threeChannels(data, info.channels), width: info.width, height: info.height },
    format,
    original: size,
    orientation,
    hadAlpha: hasAlpha,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    notes: notesOf(metadata, colours, size, scaled),
  };
}

/** Grey pictures come out with a single channel. */
function threeChannels(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return data;
  const target = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    const grey = data[from] ?? 0;
    target[to] = grey;
    target[to + 1] = channels > 2 ? (data[from + 1] ?? 0) : grey;
    target[to + 2] = channels > 2 ? (data[from + 2] ?? 0) : grey;
  }
  return target;
}

/** Pixels of three channels of 16 bits, in a screen's colours. */
function toScreen(data: Buffer, colours: Colours): Uint8Array {
  const map = screenMap(colours, GAMMA), target = new Uint8Array(data.length / 2), code = (i: number) => data.readUInt16LE(2 * i) / 65_535;
  for (let i = 0; i < target.length; i += 3) {
    const shown = map([code(i), code(i + 1), code(i + 2)]);
    for (let channel = 0; channel < 3; channel++) target[i + channel] = Math.round(255 * shown[channel]);
  }
  return target;
}
