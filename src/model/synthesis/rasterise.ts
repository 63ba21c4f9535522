import type { Rect } from "./canvas.js";

/** Neighbouring triangles both take a pixel centre on their common edge, whatever the rounding. */
const EDGE_TOLERANCE = 1e-4;

/**
 * Visits the rows of pixel centres (integers) inside a triangle, cut to `clip`: columns `from` to `to`, both included.
 *
 * @param points x0, y0, x1, y1, …
 */
export function forEachSpan(
  points: ArrayLike<number>, a: number, b: number, c: number, clip: Rect, visit: (y: number, from: number, to: number) => void,
): void {
  const ax = points[2 * a], ay = points[2 * a + 1], bx = points[2 * b], by = points[2 * b + 1], cx = points[2 * c], cy = points[2 * c + 1];
  const top = Math.max(clip.y, Math.ceil(Math.min(ay, by, cy) - EDGE_TOLERANCE));
  const bottom = Math.min(clip.y + clip.height - 1, Math.floor(Math.max(ay, by, cy) + EDGE_TOLERANCE));
  let low = 0, high = 0;
  const cross = (x0: number, y0: number, x1: number, y1: number, y: number): void => {
    if (y < Math.min(y0, y1) - EDGE_TOLERANCE || y > Math.max(y0, y1) + EDGE_TOLERANCE) return;
    const level = Math.abs(y1 - y0) < EDGE_TOLERANCE;
    const t = level ? 0 : Math.min(1, Math.max(0, (y - y0) / (y1 - y0)));
    const x = x0 + t * (x1 - x0);
    low = Math.min(low, x, level ? x1 : x);
    high = Math.max(high, x, level ? x1 : x);
  };
  for (let y = top; y <= bottom; y++) {
    low = Infinity;
    high = -Infinity;
    cross(ax, ay, bx, by, y);
    cross(bx, by, cx, cy, y);
    cross(cx, cy, ax, ay, y);
    const from = Math.max(clip.x, Math.ceil(low - EDGE_TOLERANCE));
    const to = Math.min(clip.x + clip.width - 1, Math.floor(high + EDGE_TOLERANCE));
    if (from <= to) visit(y, from, to);
  }
}
