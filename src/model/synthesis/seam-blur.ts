import { boundingRect, type Rect } from "./canvas.js";
import { gaussianBlur } from "./gaussian-blur.js";
import type { Opening } from "./opening.js";
import { openingPolygon, rimLine } from "./rim-line.js";

/** Displacements of a rectangle before they are blurred; `known` is 0 or 1, and where it is 0 the displacement is 0. */
interface Displacements extends Rect {
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  readonly known: Float32Array;
}

/** The displacements round an opening as they were before the blur. */
export interface Seam {
  readonly opening: Opening;
  readonly box: Displacements;
}

/** Keeps what {@link blurBesideSeam} will need of a field that is about to be blurred. */
export function keepSeam(field: Displacements, opening: Opening, target: Float64Array, sigma: number): Seam {
  const rect = boundingRect(openingPolygon(target, opening), 8 * sigma, field);
  const copy = (plane: Float32Array): Float32Array => {
    const part = new Float32Array(rect.width * rect.height);
    for (let y = 0; y < rect.height; y++) {
      const from = (rect.y - field.y + y) * field.width + rect.x - field.x;
      part.set(plane.subarray(from, from + rect.width), y * rect.width);
    }
    return part;
  };
  return { opening, box: { ...rect, dx: copy(field.dx), dy: copy(field.dy), known: copy(field.known) } };
}

/**
 * Blurs the displacements beside an opening again, above and below each for itself: where lids or lips touch, the skin of the two sides
 * comes from far apart, and a mean of both displacements would show what lies between them in the photo, the eyeball or the teeth.
 *
 * @param field already blurred; receives the columns between the opening's corners
 */
export function blurBesideSeam(field: Displacements, { opening, box }: Seam, target: Float64Array, sigma: number): void {
  const { width, height } = box;
  const upper = rimLine(target, opening.upper), lower = rimLine(target, opening.lower);
  const columns = opening.upper.map((v) => target[2 * v]);
  const first = Math.max(box.x, Math.ceil(Math.min(...columns))), last = Math.min(box.x + width - 1, Math.floor(Math.max(...columns)));
  const above = new Uint8Array(width * height);
  for (let x = 0; x < width; x++) {
    const seam = (upper(box.x + x) + lower(box.x + x)) / 2 - box.y;
    for (let y = 0; y < height && y < seam; y++) above[y * width + x] = 1;
  }
  for (const side of [1, 0]) {
    const share = box.known.map((known, i) => (above[i] === side ? known : 0));
    const dx = box.dx.map((d, i) => d * share[i]), dy = box.dy.map((d, i) => d * share[i]);
    for (const plane of [share, dx, dy]) gaussianBlur(plane, width, height, sigma);
    for (let y = Math.min(height, Math.floor(4 * sigma)); y < height - 4 * sigma; y++) {
      for (let x = first - box.x; x <= last - box.x; x++) {
        const i = y * width + x, to = (box.y - field.y + y) * field.width + box.x - field.x + x;
        if (above[i] !== side || share[i] < 1e-3) continue;
        field.dx[to] = dx[i] / share[i];
        field.dy[to] = dy[i] / share[i];
      }
    }
  }
}
