import type { Rims } from "./opening.js";

/** A rim of an opening as a function: the height of the rim over a column, constant beyond its ends. */
export type RimLine = (x: number) => number;

/**
 * @param points [n, 2] pixels
 * @param vertices the rim's vertices; they are ordered by column first
 */
export function rimLine(points: ArrayLike<number>, vertices: readonly number[]): RimLine {
  const sorted = [...vertices].sort((a, b) => points[2 * a] - points[2 * b]);
  const xs = sorted.map((v) => points[2 * v]), ys = sorted.map((v) => points[2 * v + 1]);
  const last = xs.length - 1;
  return (x) => {
    if (x <= xs[0]) return ys[0];
    if (x >= xs[last]) return ys[last];
    let i = 1;
    while (xs[i] < x) i++;
    return ys[i - 1] + ((x - xs[i - 1]) / (xs[i] - xs[i - 1])) * (ys[i] - ys[i - 1]);
  };
}

/** The outline of an opening: along the upper rim and back along the lower one. */
export function openingPolygon(points: ArrayLike<number>, { upper, lower }: Rims): Float64Array {
  const outline = [...upper, ...lower.slice(1, -1).reverse()];
  return Float64Array.from(outline.flatMap((v) => [points[2 * v], points[2 * v + 1]]));
}
