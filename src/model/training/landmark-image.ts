import { clamp01 } from "../geometry/kernels.js";

/** Lines of the face by landmark of the MediaPipe topology; a closed line repeats its first point. */
const LINES: readonly (readonly number[])[] = [
  // face oval
  [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109, 10],
  // lips, outer and inner
  [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146, 61],
  [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95, 78],
  // eyes
  [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7, 33],
  [263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249, 263],
  // brows
  [46, 53, 52, 65, 55], [70, 63, 105, 66, 107], [276, 283, 282, 295, 285], [300, 293, 334, 296, 336],
  // nose
  [168, 6, 197, 195, 5, 4], [98, 97, 2, 326, 327],
];

/**
 * Z, the landmark image (section 3.1): the face's lines, one pixel wide and anti-aliased, 1 on a line and 0 away from it.
 *
 * @param landmarks at least 468 points (x, y) in pixels of the crop, pixel centres at .5
 * @param out size·size values to write into, row by row
 */
export function drawLandmarkImage(landmarks: Float32Array, size: number, out: Float32Array): void {
  out.fill(0);
  for (const line of LINES) {
    for (let i = 0; i + 1 < line.length; i++) {
      const a = line[i], b = line[i + 1];
      drawSegment(landmarks[2 * a], landmarks[2 * a + 1], landmarks[2 * b], landmarks[2 * b + 1], size, out);
    }
  }
}

function drawSegment(ax: number, ay: number, bx: number, by: number, size: number, out: Float32Array): void {
  const dx = bx - ax, dy = by - ay;
  const length2 = dx * dx + dy * dy || 1;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - 1)), right = Math.min(size - 1, Math.ceil(Math.max(ax, bx)));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - 1)), bottom = Math.min(size - 1, Math.ceil(Math.max(ay, by)));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax, py = y + 0.5 - ay;
      const along = clamp01((px * dx + py * dy) / length2);
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const value = Math.min(1, 1.25 - distance);
      if (value > out[y * size + x]) out[y * size + x] = value;
    }
  }
}
