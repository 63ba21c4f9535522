import sharp from "sharp";
import type { Pixels } from "../../src/frame.js";
import { applySimilarity, fitSimilarity } from "../../src/model/geometry/similarity.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";

/** Cells of the grid that the warp is computed on, pixels. */
const CELL = 4;
const POINTS = 468;

/**
 * The average of several people: every photo is warped so that its landmarks lie at the mean of all, then the pictures are averaged
 * and sharpened a little. Nobody real remains.
 *
 * @param files photos of one face each, framed alike
 * @param size side of the result in pixels
 * @throws Error when a photo shows no face
 */
export async function averageFace(files: readonly string[], size: number, landmarks: LandmarkSource): Promise<Pixels> {
  const people = await Promise.all(files.map(async (file) => {
    const { data, info } = await sharp(file).resize(size, size, { fit: "fill", kernel: "lanczos3" }).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
    const image: Pixels = { data: new Uint8Array(data), width: info.width, height: info.height };
    const [face] = await landmarks.detect(image);
    if (!face) throw new Error(`Expected a face in ${file} but found none`);
    return { image, points: Float64Array.from({ length: 2 * POINTS }, (_, i) => face.points[3 * (i >> 1) + (i & 1)]) };
  }));
  const mean = meanShape(people.map(({ points }) => points));
  const sum = new Float64Array(3 * size * size);
  for (const { image, points } of people) addWarped(image, mean, points, size, sum);
  const average = Buffer.from(sum.map((v) => Math.round(v / people.length)));
  const sharpened = await sharp(average, { raw: { width: size, height: size, channels: 3 } }).sharpen({ sigma: 1.6, m1: 0.6, m2: 1.4 }).raw().toBuffer();
  return { data: new Uint8Array(sharpened), width: size, height: size };
}

/** The mean of shapes that were first laid onto each other by similarities (Procrustes, two rounds), in the first one's place on average. */
function meanShape(shapes: readonly Float64Array[]): Float64Array {
  let mean = averageOf(shapes);
  for (let round = 0; round < 2; round++) {
    mean = averageOf(shapes.map((shape) => {
      const fit = fitSimilarity(shape, mean);
      return Float64Array.from({ length: shape.length }, (_, i) => applySimilarity(fit, shape[i & ~1], shape[i | 1])[i & 1]);
    }));
  }
  return mean;
}

function averageOf(shapes: readonly Float64Array[]): Float64Array {
  return Float64Array.from(shapes[0], (_, i) => shapes.reduce((sum, shape) => sum + shape[i], 0) / shapes.length);
}

/**
 * Adds `image`, warped from `points` to `mean`, to `sum`: a similarity for the whole, and for what it leaves the landmarks' remaining
 * displacements, weighted by the inverse fourth power of their distance (Shepard 1968), fading away from the face.
 */
function addWarped(image: Pixels, mean: Float64Array, points: Float64Array, size: number, sum: Float64Array): void {
  const fit = fitSimilarity(mean, points);
  const rest = Float64Array.from(points, (value, i) => value - applySimilarity(fit, mean[i & ~1], mean[i | 1])[i & 1]);
  const cells = Math.ceil(size / CELL) + 1;
  const grid = new Float64Array(2 * cells * cells);
  const reach = (size / 8) ** 2;
  for (let gy = 0; gy < cells; gy++) {
    for (let gx = 0; gx < cells; gx++) {
      let weight = 0, dx = 0, dy = 0, nearest = Infinity;
      for (let k = 0; k < POINTS; k++) {
        const d2 = (gx * CELL - mean[2 * k]) ** 2 + (gy * CELL - mean[2 * k + 1]) ** 2;
        const w = 1 / (d2 + 16) ** 2;
        weight += w;
        dx += w * rest[2 * k];
        dy += w * rest[2 * k + 1];
        nearest = Math.min(nearest, d2);
      }
      const fade = Math.exp(-nearest / reach) / weight;
      const [x, y] = applySimilarity(fit, gx * CELL, gy * CELL);
      grid.set([x + dx * fade, y + dy * fade], 2 * (gy * cells + gx));
    }
  }
  for (let y = 0; y < size; y++) {
    const gy = Math.floor(y / CELL), fy = y / CELL - gy;
    for (let x = 0; x < size; x++) {
      const gx = Math.floor(x / CELL), fx = x / CELL - gx;
      const at = (axis: number) => {
        const i = 2 * (gy * cells + gx) + axis;
        return (grid[i] * (1 - fx) + grid[i + 2] * fx) * (1 - fy) + (grid[i + 2 * cells] * (1 - fx) + grid[i + 2 * cells + 2] * fx) * fy;
      };
      addSample(image, at(0), at(1), sum, 3 * (y * size + x));
    }
  }
}

/** Adds a bilinear sample at (x, y), whole numbers being pixel centres, to three numbers of `sum` from `to` on; outside, the border repeats. */
export function addSample({ data, width, height }: Pixels, x: number, y: number, sum: Float64Array, to: number): void {
  const px = Math.min(width - 1.001, Math.max(0, x)), py = Math.min(height - 1.001, Math.max(0, y));
  const x0 = Math.floor(px), y0 = Math.floor(py), fx = px - x0, fy = py - y0;
  for (let c = 0, i = 3 * (y0 * width + x0); c < 3; c++, i++) {
    sum[to + c] += (data[i] * (1 - fx) + data[i + 3] * fx) * (1 - fy) + (data[i + 3 * width] * (1 - fx) + data[i + 3 * width + 3] * fx) * fy;
  }
}
