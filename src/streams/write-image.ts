import { stat, writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import sharp from "sharp";
import { ReenactError } from "../errors.js";
import { filePath, type FilePath } from "../file-path.js";
import type { Pixels } from "../frame.js";
import { formatNamed, isPictureFormat, PICTURE_FORMATS } from "./container-formats.js";
import { PartFile, writeError } from "./part-file.js";
import { jpegMark, SYNTHETIC_XMP } from "./synthetic-mark.js";

/** A format of single pictures. */
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** How a picture is encoded. */
export interface PictureOptions {
  readonly format: PictureFormat;
  /** 1…100 for JPEG and WebP; default 95. PNG keeps every pixel. */
  readonly quality?: number | undefined;
  /** Trades size for speed (PNG), or some of the colours' sharpness and a tenth of the size for speed (JPEG). Default no. */
  readonly fast?: boolean | undefined;
}

const JPEG_START = Buffer.from([0xff, 0xd8]), JPEG_MARK = jpegMark();

/** Encodes pixels as a file's bytes, with the XMP mark that the picture is synthetic. */
export async function encodePicture(pixels: Pixels, { format, quality = 95, fast = false }: PictureOptions): Promise<Buffer> {
  const { data, width, height } = pixels;
  const image = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  if (format === "jpg") {
    const file = await image.jpeg({ quality, chromaSubsampling: fast ? "4:2:0" : "4:4:4", optimiseCoding: !fast }).toBuffer();
    // The same bytes as sharp's own way, which takes half as long again: a live picture is one of many.
    return Buffer.concat([JPEG_START, JPEG_MARK, file.subarray(JPEG_START.length)]);
  }
  image.withXmp(SYNTHETIC_XMP);
  if (format === "png") return image.png({ compressionLevel: fast ? 2 : 6 }).toBuffer();
  return image.webp({ quality, smartSubsample: true }).toBuffer();
}

/**
 * Writes a picture with the mark that it is synthetic; the format is that of the extension. It appears only when it is complete.
 * @throws {ReenactError} OUTPUT_INVALID (an unknown extension, a folder that is not there), OUTPUT_EXISTS unless `overwrite`, DISK_FULL.
 */
export async function writeImage(place: FilePath, pixels: Pixels, options: { quality?: number; overwrite?: boolean } = {}): Promise<void> {
  const path = filePath(place, "path");
  const format = formatNamed(extname(path).slice(1));
  if (format === undefined || !isPictureFormat(format)) {
    throw new ReenactError("OUTPUT_INVALID", `Expected a picture's name ending in ${PICTURE_FORMATS.map((name) => `.${name}`).join(", ")} but received \`${path}\`.`);
  }
  if (options.overwrite !== true && (await stat(path).then(() => true, () => false))) {
    throw new ReenactError("OUTPUT_EXISTS", `\`${path}\` exists already: allow replacing it with -y, or choose another name.`);
  }
  const data = await encodePicture(pixels, { format, quality: options.quality });
  const part = PartFile.beside(resolve(path));
  try {
    await writeFile(part.path, data, { flag: "wx" });
    await part.keepAs(resolve(path), options.overwrite === true);
  } catch (error) {
    throw writeError(error, path);
  } finally {
    await part.discard();
  }
}
