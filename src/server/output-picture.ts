import sharp from "sharp";
import type { Pixels } from "../frame.js";
import { placeIn } from "./page/output-layout.js";
import { pixelMark } from "./pixel-mark.js";

/** How a live output's pictures look. */
export interface OutputPictureOptions {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** What is around the picture, as `#000` or `#1e90ff`. */
  readonly background: string;
  /** Whether they carry the word "synthetic". */
  readonly mark: boolean;
}

/**
 * A picture in the middle of an output's: RGB, 8 bits.
 *
 * @param picture a JPEG, pixels, or none yet
 * @param beside pixels from the left that show the driver: the mark is on what is synthetic
 */
export async function outputPicture(picture: Uint8Array | Pixels | undefined, beside: number, { width, height, background, mark }: OutputPictureOptions): Promise<Buffer> {
  if (!picture) return sharp({ create: { width, height, channels: 3, background } }).raw().toBuffer();
  const source = () => (picture instanceof Uint8Array ? sharp(picture) : sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } }));
  const size = picture instanceof Uint8Array ? await source().metadata() : picture;
  const place = placeIn({ width, height }, { width: size.width ?? width, height: size.height ?? height });
  const fitted = source().resize(width, height, { fit: "contain", background, kernel: "linear" });
  if (!mark) return fitted.raw().toBuffer();
  const { data, ...raw } = pixelMark(Math.max(1, Math.round(Math.min(place.width, place.height) / 300)));
  const pad = Math.round(raw.height / 3), left = place.x + Math.round((beside * place.width) / (size.width ?? width)) + pad;
  return fitted.composite([{ input: Buffer.from(data.buffer), raw: { ...raw, channels: 4 }, left, top: place.y + place.height - pad - raw.height }]).removeAlpha().raw().toBuffer();
}
