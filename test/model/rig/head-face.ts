/** Landmarks that make a face of some size: an oval with a nose, as deep as faces are. */
export interface MadeFace {
  /** [468, 2] pixels. */
  readonly points: Float64Array;
  /** [468] pixels, smaller is nearer. */
  readonly depths: Float64Array;
}

/** A face of 2 × `half` pixels' width about a point, tilted clockwise by `tilt` radians. */
export function madeFace(x: number, y: number, half: number, tilt = 0): MadeFace {
  const points = new Float64Array(2 * 468), depths = new Float64Array(468);
  const high = 1.25 * half, cos = Math.cos(tilt), sin = Math.sin(tilt);
  const put = (k: number, u: number, v: number, depth: number) => {
    points[2 * k] = x + u * cos - v * sin;
    points[2 * k + 1] = y + u * sin + v * cos;
    depths[k] = -depth;
  };
  for (let k = 0; k < 468; k++) {
    // A sunflower's seeds: evenly spread.
    const r = Math.sqrt((k + 0.5) / 468), angle = 2.399963 * k;
    const u = r * Math.cos(angle) * half, v = r * Math.sin(angle) * high;
    const nose = 0.4 * half * Math.exp(-((u / (0.2 * half)) ** 2 + (v / (0.25 * high)) ** 2));
    put(k, u, v, half * Math.sqrt(1 - 0.9 * r * r) + nose);
  }
  put(10, 0, -high, 0.5 * half);
  put(152, 0, high, 0.6 * half);
  put(234, -half, 0, 0.1 * half);
  put(454, half, 0, 0.1 * half);
  return { points, depths };
}
