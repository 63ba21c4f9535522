import { resolve } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { Pixels } from "../../../src/frame.js";
import { toBytes } from "../../../src/model/geometry/crop-bytes.js";
import { alignFace } from "../../../src/model/geometry/alignment.js";
import { sampleCrop } from "../../../src/model/geometry/sample-crop.js";
import { createFacemeshSource } from "../../../src/model/landmarks/facemesh-source.js";
import { openDecoder } from "../../../src/streams/decode.js";
import { openInput } from "../../../src/streams/media-input.js";
import { probeVideo } from "../../../src/streams/probe.js";

const MEDIA = resolve(import.meta.dirname, "../../../examples/media");

/** Registered crops, [96, 96, 3]: the example photo's person, and the example driver's closing and opening her mouth. */
export async function exampleCrops(): Promise<{ photo: Uint8Array; driver: readonly Uint8Array[] }> {
  const source = await createFacemeshSource();
  try {
    const crop = async (image: Pixels) => toBytes(sampleCrop(image, alignFace((await source.detect(image))[0])));
    const driver: Uint8Array[] = [];
    for (const seconds of [0, 1.2, 2.4]) driver.push(await crop(await frameAt(resolve(MEDIA, "driver.mp4"), seconds)));
    return { photo: await crop(await pixelsOf(sharp(resolve(MEDIA, "photo.jpg")))), driver };
  } finally {
    await source.close();
  }
}

async function frameAt(video: string, seconds: number): Promise<Pixels> {
  const input = await openInput(video);
  try {
    await using decoder = await openDecoder(await probeVideo(input), { start: seconds });
    return (await decoder.next())!;
  } finally {
    await input.close();
  }
}

async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}
