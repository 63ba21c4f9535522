import type { Rims } from "./opening.js";

/** The outline of an opening: along the upper rim and back along the lower one. */
export function openingPolygon(points: ArrayLike<number>, { upper, lower }: Rims): Float64Array {
  const outline = [...upper, ...lower.slice(1, -1).reverse()];
  return Float64Array.from(outline.flatMap((v) => [points[2 * v], points[2 * v + 1]]));
}
