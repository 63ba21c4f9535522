/** Where an opening (the mouth, an eye) has come to lie as a whole when the head turned: an affine map from output to photo pixels. */
export interface OpeningPlace {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly tx: number;
  readonly ty: number;
}

/** Nothing has moved. */
export const AT_REST: OpeningPlace = { xx: 1, xy: 0, yx: 0, yy: 1, tx: 0, ty: 0 };

/**
 * The map that takes two points from where they are in the output back to where they were: turned, and foreshortened along their line only.
 *
 * @param still [n, 2] points of the photo @param turned the same points after the head has turned
 */
export function placeOf(still: ArrayLike<number>, turned: ArrayLike<number>, a: number, b: number): OpeningPlace {
  const px = still[2 * b] - still[2 * a], py = still[2 * b + 1] - still[2 * a + 1];
  const qx = turned[2 * b] - turned[2 * a], qy = turned[2 * b + 1] - turned[2 * a + 1];
  const was = Math.hypot(px, py), is = Math.hypot(qx, qy);
  if (was < 1e-6 || is < 1e-6) return AT_REST;
  const ux = qx / is, uy = qy / is, wx = px / was, wy = py / was, stretch = was / is;
  // Along the line: stretched back; across it: as it is.
  const xx = stretch * ux * wx + uy * wy, xy = stretch * uy * wx - ux * wy;
  const yx = stretch * ux * wy - uy * wx, yy = stretch * uy * wy + ux * wx;
  const mx = (turned[2 * a] + turned[2 * b]) / 2, my = (turned[2 * a + 1] + turned[2 * b + 1]) / 2;
  return {
    xx, xy, yx, yy,
    tx: (still[2 * a] + still[2 * b]) / 2 - xx * mx - xy * my,
    ty: (still[2 * a + 1] + still[2 * b + 1]) / 2 - yx * mx - yy * my,
  };
}
