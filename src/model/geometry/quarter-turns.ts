import type { Pixels } from "../../frame.js";

/** Quarter turns clockwise. */
export type Turn = 0 | 1 | 2 | 3;

/** A picture so many quarter turns further. */
export function turnPicture({ data, width, height }: Pixels, turn: Turn): Pixels {
  if (turn === 0) return { data, width, height };
  const turned = new Uint8Array(3 * width * height), aside = turn !== 2, across = aside ? height : width;
  // Where the first pixel comes to lie, and how far apart neighbours do, in pixels.
  const [first, right, down] = turn === 1 ? [height - 1, across, -1] : turn === 2 ? [width * height - 1, -1, -width] : [across * (width - 1), -across, 1];
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = 3 * (first + y * down); x < width; x++, from += 3, to += 3 * right) {
      turned[to] = data[from];
      turned[to + 1] = data[from + 1];
      turned[to + 2] = data[from + 2];
    }
  }
  return { data: turned, ...turnedSize({ width, height }, turn) };
}

/** A picture's size when it is so many quarter turns further. */
export function turnedSize({ width, height }: Pick<Pixels, "width" | "height">, turn: Turn): { width: number; height: number } {
  return turn % 2 === 1 ? { width: height, height: width } : { width, height };
}

/**
 * Landmarks in a picture that is so many quarter turns further.
 * @param points x0, y0, z0, x1, …
 * @param size the picture's before it is turned, pixels; 0 where only directions matter
 */
export function turnPoints(points: ArrayLike<number>, turn: Turn, { width, height } = { width: 0, height: 0 }): Float32Array {
  const turned = Float32Array.from(points);
  if (turn === 0) return turned;
  for (let i = 0; i < turned.length; i += 3) {
    const x = points[i], y = points[i + 1];
    [turned[i], turned[i + 1]] = turn === 1 ? [height - y, x] : turn === 2 ? [width - x, height - y] : [y, width - x];
  }
  return turned;
}
