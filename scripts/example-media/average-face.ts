import sharp from "sharp";
import type { Pixels } from "../../src/frame.js";
import { clamp01 } from "../../src/model/geometry/kernels.js";
import { applySimilarity, fitSimilarity } from "../../src/model/geometry/similarity.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { gaussianBlur } from "../../src/model/synthesis/gaussian-blur.js";
import { polygonCoverage } from "../../src/model/synthesis/polygon-coverage.js";
import { sampleBicubic } from "../../src/model/synthesis/sample-image.js";
import { restoreTexture } from "./restore-texture.js";

/** Cells of the grid that the warp is computed on, pixels. */
const CELL = 4;
const POINTS = 468;
/** Share of the people that are left out at either end of every pixel's values outside the face. */
const TRIM = 0.36;

/**
 * The average of several people: every photo is warped so that its landmarks lie at the mean of all, then the faces are averaged and
 * given back the texture that averaging took. Hair, ears and clothes do not lie on each other: there every value is the mean of the
 * middle ones only, which leaves one outline where a plain mean shows all of them. Nobody real remains.
 *
 * @param files photos of one face each, framed alike
 * @param size side of the result in pixels
 * @param faceOval landmarks round the face
 * @throws Error when a photo shows no face
 */
export async function averageFace(
  files: readonly string[], size: number, landmarks: LandmarkSource, faceOval: readonly number[],
): Promise<Pixels> {
  const people: { image: Pixels; points: Float64Array }[] = [];
  for (const file of files) {
    const { data, info } = await sharp(file).resize(size, size, { fit: "fill", kernel: "lanczos3" }).removeAlpha()
      .toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
    const image: Pixels = { data: new Uint8Array(data), width: info.width, height: info.height };
    const [face] = await landmarks.detect(image);
    if (!face) throw new Error(`Expected a face in ${file} but found none`);
    people.push({ image, points: Float64Array.from({ length: 2 * POINTS }, (_, i) => face.points[3 * (i >> 1) + (i & 1)] - 0.5) });
  }
  const mean = meanShape(people.map(({ points }) => points));
  const warped = people.map(({ image, points }) => warpOnto(image, mean, points, size));
  const inside = polygonCoverage(Float64Array.from(faceOval.flatMap((v) => [mean[2 * v], mean[2 * v + 1]])), 0, { x: 0, y: 0, width: size, height: size });
  const face = new Float32Array(size * size);
  for (let y = 0; y < inside.height; y++) {
    face.set(inside.data.subarray(y * inside.width, (y + 1) * inside.width), (y + inside.y) * size + inside.x);
  }
  gaussianBlur(face, size, size, size / 60);
  return { data: restoreTexture(mixed(warped, face), warped, face, size), width: size, height: size };
}

/** The mean where `face` is 1, the mean of the middle values where it is 0; [size, size, 3]. */
function mixed(warped: readonly Uint8Array[], face: Float32Array): Float32Array {
  const n = warped.length, cut = Math.floor(TRIM * n), middle = n - 2 * cut;
  const values = new Uint8Array(n);
  return Float32Array.from({ length: face.length * 3 }, (_, i) => {
    let sum = 0;
    for (let p = 0; p < n; p++) sum += values[p] = warped[p][i];
    const share = clamp01(face[Math.floor(i / 3)]);
    if (share > 0.999) return sum / n;
    values.sort();
    let central = 0;
    for (let p = cut; p < n - cut; p++) central += values[p];
    return share * sum / n + (1 - share) * central / middle;
  });
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
 * `image` warped from `points` to `mean`: a similarity for the whole, and for what it leaves the landmarks' remaining displacements,
 * weighted by the inverse fourth power of their distance (Shepard 1968), fading away from the face.
 */
function warpOnto(image: Pixels, mean: Float64Array, points: Float64Array, size: number): Uint8Array {
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
  const row = new Float32Array(3 * size);
  const result = new Uint8ClampedArray(3 * size * size);
  for (let y = 0; y < size; y++) {
    const gy = Math.floor(y / CELL), fy = y / CELL - gy;
    for (let x = 0; x < size; x++) {
      const gx = Math.floor(x / CELL), fx = x / CELL - gx;
      const at = (axis: number) => {
        const i = 2 * (gy * cells + gx) + axis;
        return (grid[i] * (1 - fx) + grid[i + 2] * fx) * (1 - fy) + (grid[i + 2 * cells] * (1 - fx) + grid[i + 2 * cells + 2] * fx) * fy;
      };
      sampleBicubic(image.data, image.width, image.height, at(0), at(1), row, 3 * x);
    }
    result.set(row, 3 * size * y);
  }
  return new Uint8Array(result.buffer);
}
