import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Pixels } from "../../../src/frame.js";
import type { MotionResult } from "../../../src/model/compositing/motion-result.js";
import { sampleCrop } from "../../../src/model/geometry/sample-crop.js";
import type { Similarity } from "../../../src/model/geometry/similarity.js";

/** Repeatable numbers 0…1. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

/** A picture of noise. */
export function noisePhoto(width: number, height: number, seed = 1): Pixels {
  const next = numbers(seed);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => 256 * next()), width, height };
}

/** A picture without edges: soft waves of colour, 60…200. */
export function smoothPhoto(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      data[p] = 150 + 50 * Math.sin(x / 61) * Math.cos(y / 83);
      data[p + 1] = 120 + 40 * Math.cos(x / 71 + y / 97);
      data[p + 2] = 100 + 40 * Math.sin(y / 67);
    }
  }
  return { data, width, height };
}

/** A crop of `side` photo pixels round (x, y), turned by `angle` radians. */
export function cropAt(x: number, y: number, side: number, angle = 0): Similarity {
  const a = side / 96 * Math.cos(angle), b = side / 96 * Math.sin(angle);
  return { a, b, tx: x - 48 * a + 48 * b, ty: y - 48 * b - 48 * a };
}

/** What a network would say: flow, mask, painted colours and shading by crop pixel (centres at .5). */
export function motion(
  flow: (x: number, y: number) => [number, number],
  mask: (x: number, y: number) => number = () => 0,
  painted: (x: number, y: number) => [number, number, number] = () => [0, 0, 0],
  shading: (x: number, y: number) => number = () => 0,
): MotionResult {
  const area = 96 * 96;
  const result = { flow: new Float32Array(2 * area), mask: new Float32Array(area), painted: new Float32Array(3 * area), shading: new Float32Array(area) };
  for (let j = 0, p = 0; j < 96; j++) {
    for (let i = 0; i < 96; i++, p++) {
      result.flow.set(flow(i + 0.5, j + 0.5), 2 * p);
      result.mask[p] = mask(i + 0.5, j + 0.5);
      result.shading[p] = shading(i + 0.5, j + 0.5);
      result.painted.set(painted(i + 0.5, j + 0.5), 3 * p);
    }
  }
  return result;
}

/** A bell round (cx, cy) with standard deviations sx and sy. */
export function bell(x: number, y: number, cx: number, cy: number, sx: number, sy = sx): number {
  return Math.exp(-0.5 * (((x - cx) / sx) ** 2 + ((y - cy) / sy) ** 2));
}

/** A mouth that opens: the lower face moves down and a dark gap is painted; `tint` scales the painted colours. */
export function openMouth(photo: Pixels, crop: Similarity, tint = 1): MotionResult {
  const own = sampleCrop(photo, crop);
  return motion(
    (x, y) => [0, -7 * bell(x, y, 48, 68, 16, 12)],
    (x, y) => Math.min(1, 1.4 * bell(x, y, 48, 58, 8, 4)),
    (x, y) => {
      const p = 3 * (Math.floor(y) * 96 + Math.floor(x)), dark = 1 - 0.8 * bell(x, y, 48, 58, 7, 3);
      return [0, 1, 2].map((c) => tint * dark * (own[p + c] + 1) - 1) as [number, number, number];
    },
  );
}

/** The photos beside the project, where there are any: a folder of a set. */
export function sharedPhotos(set: string): string | undefined {
  const folder = fileURLToPath(new URL(`../../../../shared/data/photos/${set}`, import.meta.url));
  return existsSync(folder) ? folder : undefined;
}
