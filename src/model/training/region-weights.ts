import { clamp01 } from "../geometry/kernels.js";
import { LOWER_RIM, UPPER_RIM } from "./lip-rims.js";

/** Where expressions happen: landmarks round each region, and how much more an error there counts than elsewhere. */
const REGIONS: readonly { readonly landmarks: readonly number[]; readonly gain: number }[] = [
  { landmarks: [61, 291, 0, 17, 37, 267, 84, 314], gain: 3 }, // mouth
  { landmarks: [33, 133, 159, 145], gain: 8 }, // eyes
  { landmarks: [263, 362, 386, 374], gain: 8 },
];

/**
 * Weights for the reconstruction loss: 1 everywhere, more in soft ellipses round the mouth and the eyes.
 *
 * @param landmarks (x, y) in pixels of the crop; @param out size·size weights to write into
 */
export function regionWeights(landmarks: Float32Array, size: number, out: Float32Array): void {
  out.fill(1);
  for (const { landmarks: around, gain } of REGIONS) {
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (const i of around) {
      left = Math.min(left, landmarks[2 * i]); right = Math.max(right, landmarks[2 * i]);
      top = Math.min(top, landmarks[2 * i + 1]); bottom = Math.max(bottom, landmarks[2 * i + 1]);
    }
    const cx = (left + right) / 2, cy = (top + bottom) / 2;
    const rx = (right - left) / 2 + 3, ry = (bottom - top) / 2 + 3;
    for (let y = 0; y < size; y++) {
      const dy = ((y + 0.5 - cy) / ry) ** 2;
      if (dy > 3) continue;
      for (let x = 0; x < size; x++) out[y * size + x] += gain * Math.exp(-((((x + 0.5 - cx) / rx) ** 2 + dy) ** 2));
    }
  }
}

/** A mouth counts as opened when its middle gapes this much wider than the target's, and as shut when it gapes no wider, pixels of the crop. */
const OPENED_BY = 1.5;

/**
 * Where the truth shows what the target cannot: the inside of a mouth that was opened, but for what the target shows there itself (an open
 * mouth keeps its teeth in the synthesis). 1 there, 0 elsewhere and everywhere for a mouth that was not opened.
 *
 * @param truth landmarks (x, y) in pixels of the crop; @param target the same; @param out size·size values to write into
 */
export function openedMouth(truth: Float32Array, target: Float32Array, size: number, out: Float32Array): void {
  out.fill(0);
  if (gape(truth) < gape(target) + OPENED_BY) return;
  betweenLips(truth, size, (i) => { out[i] = 1; });
  if (gape(target) > OPENED_BY) betweenLips(target, size, (i) => { out[i] = 0; });
}

/** How far landmarks 13 and 14, the middles of the inner lips, are apart. */
function gape(points: Float32Array): number {
  return Math.hypot(points[28] - points[26], points[29] - points[27]);
}

/** Calls `visit` with every pixel between the inner lips. */
function betweenLips(points: Float32Array, size: number, visit: (pixel: number) => void): void {
  const left = Math.max(0, Math.ceil(points[2 * 78] - 0.5)), right = Math.min(size - 1, Math.floor(points[2 * 308] - 0.5));
  for (let x = left; x <= right; x++) {
    const top = rimAt(points, UPPER_RIM, x + 0.5), bottom = rimAt(points, LOWER_RIM, x + 0.5);
    for (let y = Math.max(0, Math.ceil(top - 0.5)); y <= Math.min(size - 1, bottom - 0.5); y++) visit(y * size + x);
  }
}

/** y of a rim at x, linearly between its points. */
function rimAt(points: Float32Array, rim: readonly number[], x: number): number {
  for (let i = 1; i < rim.length; i++) {
    const ax = points[2 * rim[i - 1]], bx = points[2 * rim[i]];
    if (x > bx && i < rim.length - 1) continue;
    const t = clamp01((x - ax) / (bx - ax || 1));
    return points[2 * rim[i - 1] + 1] * (1 - t) + points[2 * rim[i] + 1] * t;
  }
  return points[2 * rim[0] + 1];
}
