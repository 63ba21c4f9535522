import { boundingRect, type Plane, type Rect } from "./canvas.js";

/** Lines per pixel row; along a line the coverage is exact. */
const LINES = 8;

/**
 * How much of every pixel a polygon covers, 0…1, by the even-odd rule. Pixel (x, y) reaches from x − ½ to x + ½.
 *
 * @param polygon x0, y0, x1, y1, … in order round the shape
 * @param margin empty pixels kept round the shape (room for a blur)
 * @param bounds the plane is cut to this
 */
export function polygonCoverage(polygon: ArrayLike<number>, margin: number, bounds: Rect): Plane {
  const rect = boundingRect(polygon, margin + 1, bounds);
  const data = new Float32Array(rect.width * rect.height);
  const corners = polygon.length / 2;
  const crossings: number[] = [];
  for (let line = 0; line < rect.height * LINES; line++) {
    const y = rect.y - 0.5 + (line + 0.5) / LINES;
    crossings.length = 0;
    for (let i = 0; i < corners; i++) {
      const j = i + 1 === corners ? 0 : i + 1;
      const y0 = polygon[2 * i + 1], y1 = polygon[2 * j + 1];
      if (y0 <= y !== y1 <= y) crossings.push(polygon[2 * i] + ((y - y0) / (y1 - y0)) * (polygon[2 * j] - polygon[2 * i]));
    }
    crossings.sort((p, q) => p - q);
    const row = Math.floor(line / LINES) * rect.width;
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      coverLine(data, row, rect.width, crossings[k] + 0.5 - rect.x, crossings[k + 1] + 0.5 - rect.x);
    }
  }
  return { ...rect, data };
}

/** Adds the stretch from `from` to `to` (pixel i reaches from i to i + 1) of one line to a row. */
function coverLine(data: Float32Array, row: number, width: number, from: number, to: number): void {
  const start = Math.max(0, from), end = Math.min(width, to);
  for (let x = Math.floor(start); x < end; x++) data[row + x] += (Math.min(end, x + 1) - Math.max(start, x)) / LINES;
}
