/** Where a face looks, as far as its eyes say so. */
export interface EyeLook {
  /** From the middle between an eye's corners to its iris, in eye widths along the line of the corners: positive to the picture's right. */
  readonly x: number;
  /** The same across that line: positive down. */
  readonly y: number;
  /** Height of the eyes' opening by their width, mean of both: about .3 when open; below {@link LIDS_CLOSED} an iris is guessed. */
  readonly open: number;
}

/** Openings below this hide the iris. */
export const LIDS_CLOSED = 0.12;

/** Corners on the picture's left and right, upper and lower lid, and the iris, of both eyes. */
const EYES = [
  { left: 33, right: 133, upper: 159, lower: 145, iris: 468 },
  { left: 362, right: 263, upper: 386, lower: 374, iris: 473 },
] as const;

/**
 * The gaze of both eyes together. A wide eye counts more than one that a turned head shortens.
 *
 * @param points x0, y0, z0, x1, …
 * @returns undefined where there are no irises (fewer than 478 points) or the eyes have no width
 */
export function eyeLook(points: ArrayLike<number>): EyeLook | undefined {
  if (points.length < 3 * 478) return undefined;
  let x = 0, y = 0, open = 0, weights = 0;
  for (const { left, right, upper, lower, iris } of EYES) {
    const dx = points[3 * right] - points[3 * left], dy = points[3 * right + 1] - points[3 * left + 1], square = dx * dx + dy * dy;
    const u = points[3 * iris] - (points[3 * left] + points[3 * right]) / 2, v = points[3 * iris + 1] - (points[3 * left + 1] + points[3 * right + 1]) / 2;
    // Each term is a share of the eye's width times its weight, the width's square.
    x += u * dx + v * dy;
    y += v * dx - u * dy;
    const lidX = points[3 * lower] - points[3 * upper], lidY = points[3 * lower + 1] - points[3 * upper + 1];
    open += Math.max(0, lidY * dx - lidX * dy);
    weights += square;
  }
  return weights > 0 ? { x: x / weights, y: y / weights, open: open / weights } : undefined;
}
