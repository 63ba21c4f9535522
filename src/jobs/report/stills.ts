import sharp from "sharp";
import type { Pixels } from "../../frame.js";

/** Longer side of a still in a report, pixels. */
const SIDE = 200;

/** A small picture for a report, as a data URL: of pixels, or of a file that holds a photo. */
export async function still(picture: Pixels | string): Promise<string> {
  const image = typeof picture === "string" ? sharp(picture).rotate() : sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } });
  const data = await image.resize(SIDE, SIDE, { fit: "inside", withoutEnlargement: true }).flatten().jpeg({ quality: 82 }).toBuffer();
  return `data:image/jpeg;base64,${data.toString("base64")}`;
}
