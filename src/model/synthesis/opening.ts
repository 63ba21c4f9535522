import { geodesicDistances, type MeshGraph } from "./mesh-geodesics.js";

/** The mouth or an eye: two rims of the mesh that face each other, and how moving a rim takes the skin beside it along. */
export interface Opening {
  /** Vertices of the upper rim from corner to corner, corners included. */
  readonly upper: readonly number[];
  /** Vertices of the lower rim; entry i faces entry i of `upper`, so both corners are in both. */
  readonly lower: readonly number[];
  /** [pairs, vertices] for the pairs between the corners: how far every vertex follows when the pair's upper point moves by 1. */
  readonly upperSpread: Float32Array;
  /** The same for the pair's lower point. */
  readonly lowerSpread: Float32Array;
  /** How much of a change of the gap the upper rim makes, 0…1. */
  readonly upperShare: number;
}

/** How far a moving rim takes the skin along, centimetres along the skin. */
export interface SpreadReach {
  /** The motion falls as exp(−(d / sigma)²). */
  readonly sigma: number;
  /** Nothing moves from here on. */
  readonly limit: number;
}

/** Neighbouring points of a rim share the skin between them over this length (cm). */
const RIM_BLEND = 0.35;

/** The two rims of an opening from corner to corner, entry i of one facing entry i of the other. */
export type Rims = Pick<Opening, "upper" | "lower">;

/**
 * How far a point of a lower rim is from one of an upper, down the face: negative where the rims cross.
 *
 * @param points x0, y0, x1, y1, …
 * @param down the canonical "down" seen in the picture
 */
export function across(points: ArrayLike<number>, [dx, dy]: readonly [x: number, y: number], upper: number, lower: number): number {
  return (points[2 * lower] - points[2 * upper]) * dx + (points[2 * lower + 1] - points[2 * upper + 1]) * dy;
}

/** {@link across} of each pair of points that face each other. */
export function gapsOf({ upper, lower }: Rims, points: ArrayLike<number>, down: readonly [x: number, y: number]): number[] {
  return upper.map((u, k) => across(points, down, u, lower[k]));
}

/** Prepares an opening; `reach` and `upperShare` are those of its tissue: lips move evenly, the upper lid does most of a blink. */
export function openingOf(graph: MeshGraph, rims: Rims, reach: SpreadReach, upperShare: number): Opening {
  const upper = rims.upper.slice(1, -1), lower = rims.lower.slice(1, -1);
  return {
    upper: rims.upper,
    lower: rims.lower,
    upperSpread: spread(graph, upper, lower, reach),
    lowerSpread: spread(graph, lower, upper, reach),
    upperShare,
  };
}

/** [rim, vertices] influence of every point of `rim` on the skin of its own side, the side that is nearer to it than to `other`. */
function spread(graph: MeshGraph, rim: readonly number[], other: readonly number[], reach: SpreadReach): Float32Array {
  const vertices = graph.length;
  const fromEach = rim.map((vertex) => geodesicDistances(graph, [vertex]));
  const fromRim = geodesicDistances(graph, rim), fromOther = geodesicDistances(graph, other);
  const influence = new Float32Array(rim.length * vertices);
  for (let v = 0; v < vertices; v++) {
    const near = fromRim[v];
    if (near > fromOther[v] + 1e-9 || near >= reach.limit) continue;
    const shares = fromEach.map((distances) => Math.exp(-(((distances[v] - near) / RIM_BLEND) ** 2)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const fall = Math.exp(-((near / reach.sigma) ** 2));
    for (let j = 0; j < rim.length; j++) influence[j * vertices + v] = (shares[j] / total) * fall;
  }
  for (let j = 0; j < rim.length; j++) {
    for (let i = 0; i < rim.length; i++) influence[i * vertices + rim[j]] = i === j ? 1 : 0;
  }
  return influence;
}
