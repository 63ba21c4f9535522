import { existsSync } from "node:fs";
import { resolve } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { Pixels } from "../../../src/frame.js";

/** The photos and models that this project's developers keep beside it; nothing of them is needed to use the program. */
const SHARED = resolve(import.meta.dirname, "../../../../shared");

/** The folder with MediaPipe's model, when it is there. */
export const MODEL_DIR = process.env.REENACT_MODEL_DIR ?? resolve(SHARED, "models");

/** Why tests with MediaPipe cannot run; false when they can. */
export const noMediapipe = existsSync(resolve(MODEL_DIR, "face_landmarker.task")) ? false
  : `face_landmarker.task is not in ${MODEL_DIR} (set REENACT_MODEL_DIR)`;

const CANDIDATES = [resolve(SHARED, "data/photos/canada/003f.jpg"), resolve(import.meta.dirname, "../../../examples/media/photo.jpg")];
const FACE = CANDIDATES.find((path) => existsSync(path));

/** Why tests with a face cannot run; false when they can. */
export const noFace = FACE ? false : "no photo of a face is at hand";

/** A photo of one face in the middle, `size` × `size` pixels. */
export async function facePhoto(size = 512): Promise<Pixels> {
  return readPhoto(sharp(FACE).resize(size, size));
}

/** A file of the developers' photos; undefined when they are not there. */
export function sharedPhoto(name: string): string | undefined {
  const path = resolve(SHARED, "data/photos", name);
  return existsSync(path) ? path : undefined;
}

/** Packed RGB of what a sharp pipeline makes. */
export async function readPhoto(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** A picture of one colour. */
export function plain(width: number, height: number, value = 128): Pixels {
  return { data: new Uint8Array(width * height * 3).fill(value), width, height };
}

/** `picture` moved right and down by whole pixels, grey coming in. */
export function shifted({ data, width, height }: Pixels, dx: number, dy: number): Pixels {
  const out = plain(width, height);
  for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y++) {
    const from = (y - dy) * width + Math.max(0, -dx), count = width - Math.abs(dx);
    out.data.set(data.subarray(from * 3, (from + count) * 3), (y * width + Math.max(0, dx)) * 3);
  }
  return out;
}

/** Mean distance of two faces' points in pixels. */
export function meanDistance(a: Float32Array, b: Float32Array, dx = 0, dy = 0): number {
  let sum = 0;
  const n = Math.min(a.length, b.length) / 3;
  for (let i = 0; i < n; i++) sum += Math.hypot(a[3 * i] + dx - b[3 * i], a[3 * i + 1] + dy - b[3 * i + 1]);
  return sum / n;
}
