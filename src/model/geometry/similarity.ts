import { ReenactError } from "../../errors.js";

/** A similarity transform of the plane: (x, y) → (a·x − b·y + tx, b·x + a·y + ty). Scale is √(a² + b²), rotation atan2(b, a). */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** Applies `t` to one point; units are those of the transform's two planes. */
export function applySimilarity(t: Similarity, x: number, y: number): [number, number] {
  return [t.a * x - t.b * y + t.tx, t.b * x + t.a * y + t.ty];
}

/** The transform that undoes `t`. */
export function invertSimilarity(t: Similarity): Similarity {
  const n = t.a * t.a + t.b * t.b;
  const a = t.a / n;
  const b = -t.b / n;
  return { a, b, tx: -(a * t.tx - b * t.ty), ty: -(b * t.tx + a * t.ty) };
}

/**
 * Least-squares similarity that takes `from` onto `to` (Umeyama 1991, two dimensions, no reflection).
 *
 * @param from points x0, y0, x1, y1, …
 * @param to as many points in the target plane
 * @param weights one weight ≥ 0 per point; all equal when left out
 * @throws ReenactError USAGE when fewer than two distinct points carry weight
 */
export function fitSimilarity(from: ArrayLike<number>, to: ArrayLike<number>, weights?: ArrayLike<number>): Similarity {
  const n = from.length / 2;
  let sum = 0, fx = 0, fy = 0, gx = 0, gy = 0;
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    sum += w;
    fx += w * from[2 * i]; fy += w * from[2 * i + 1];
    gx += w * to[2 * i]; gy += w * to[2 * i + 1];
  }
  fx /= sum; fy /= sum; gx /= sum; gy /= sum;
  let dot = 0, cross = 0, spread = 0;
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    const px = from[2 * i] - fx, py = from[2 * i + 1] - fy;
    const qx = to[2 * i] - gx, qy = to[2 * i + 1] - gy;
    dot += w * (px * qx + py * qy);
    cross += w * (px * qy - py * qx);
    spread += w * (px * px + py * py);
  }
  if (!(spread > 0)) throw new ReenactError("USAGE", "Expected at least two distinct points with weight to fit a similarity.");
  const a = dot / spread, b = cross / spread;
  return { a, b, tx: gx - (a * fx - b * fy), ty: gy - (b * fx + a * fy) };
}
