/** Where expressions happen: landmarks round each region, and how much more an error there counts than elsewhere. */
const REGIONS: readonly { readonly landmarks: readonly number[]; readonly gain: number }[] = [
  { landmarks: [61, 291, 0, 17, 37, 267, 84, 314], gain: 3 }, // mouth
  { landmarks: [33, 133, 159, 145], gain: 4 }, // eyes
  { landmarks: [263, 362, 386, 374], gain: 4 },
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
