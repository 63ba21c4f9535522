import { ReenactError } from "../../errors.js";
import { largestEigenvector } from "../geometry/largest-eigenvector.js";

/** A similarity of space: p → scale · rotation · p + translation. */
export interface Pose {
  /** Image pixels per centimetre. */
  readonly scale: number;
  /** [3, 3] row by row, determinant 1. */
  readonly rotation: Float64Array;
  /** [3] pixels. */
  readonly translation: Float64Array;
}

/**
 * Weighted least-squares similarity that takes `from` onto `to`: the rotation is the unit quaternion that maximises the correlation
 * (Horn 1987, "Closed-form solution of absolute orientation using unit quaternions"), so it is never a reflection; the scale is
 * the one that minimises the error in the plane of `to`.
 *
 * @param from [n, 3]
 * @param to [n, 3]
 * @param weights [n], ≥ 0
 * @throws ReenactError USAGE when the weighted points coincide
 */
export function fitPose(from: ArrayLike<number>, to: ArrayLike<number>, weights: ArrayLike<number>): Pose {
  const a = centroid(from, weights), b = centroid(to, weights);
  const h = new Float64Array(9); // Σ w (from − a)(to − b)ᵀ
  let spread = 0;
  for (let i = 0; i < weights.length; i++) {
    for (let r = 0; r < 3; r++) {
      const p = weights[i] * (from[3 * i + r] - a[r]);
      spread += p * (from[3 * i + r] - a[r]);
      for (let c = 0; c < 3; c++) h[3 * r + c] += p * (to[3 * i + c] - b[c]);
    }
  }
  if (!(spread > 0)) throw new ReenactError("USAGE", "Expected distinct points with weight to fit a pose.");
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = h;
  const { value, vector } = largestEigenvector(Float64Array.of(
    xx + yy + zz, yz - zy, zx - xz, xy - yx,
    yz - zy, xx - yy - zz, xy + yx, zx + xz,
    zx - xz, xy + yx, yy - xx - zz, yz + zy,
    xy - yx, zx + xz, yz + zy, zz - xx - yy,
  ), 4);
  const rotation = quaternionRotation(vector);
  const scale = value / spread;
  const turned = (r: number) => rotation[3 * r] * a[0] + rotation[3 * r + 1] * a[1] + rotation[3 * r + 2] * a[2];
  const translation = Float64Array.from([0, 1, 2], (r) => b[r] - scale * turned(r));
  return { scale, rotation, translation };
}

function centroid(points: ArrayLike<number>, weights: ArrayLike<number>): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i];
    for (let c = 0; c < 3; c++) sum[c] += weights[i] * points[3 * i + c];
  }
  return [sum[0] / total, sum[1] / total, sum[2] / total];
}

function quaternionRotation([w, x, y, z]: Float64Array): Float64Array {
  return Float64Array.of(
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  );
}
