import { VERTEX_COUNT } from "./expression-basis.js";
import type { PosedFace } from "./posed-face.js";

/** Rings round the face: how far out (in radii of the oval) and how much of the oval's motion they carry. The last one stands still. */
const RINGS = [[1.1, 0.8], [1.28, 0.4], [1.6, 0]] as const;

/** The face's skin and a collar of three rings round it, in the photo. */
export interface WarpMesh {
  /** [468 + 108, 2] pixels: the face, then ring by ring. */
  readonly points: Float64Array;
  /** [triangles, 3] points in the order of drawing: the collar, then the skin from far to near. */
  readonly triangles: Uint16Array;
  /** Triangles of the collar, which come first. */
  readonly collar: number;
}

/** Builds the mesh that is warped for a face. */
export function warpMesh(face: PosedFace): WarpMesh {
  const { faceOval: oval, skin } = face.basis;
  const points = new Float64Array((VERTEX_COUNT + RINGS.length * oval.length) * 2);
  points.set(face.points.subarray(0, VERTEX_COUNT * 2));
  const cx = oval.reduce((sum, v) => sum + points[2 * v], 0) / oval.length;
  const cy = oval.reduce((sum, v) => sum + points[2 * v + 1], 0) / oval.length;
  const collar: number[] = [];
  let inner = [...oval];
  RINGS.forEach(([radius], r) => {
    const outer = oval.map((_, i) => VERTEX_COUNT + r * oval.length + i);
    oval.forEach((v, i) => points.set([cx + radius * (points[2 * v] - cx), cy + radius * (points[2 * v + 1] - cy)], 2 * outer[i]));
    for (let i = 0; i < oval.length; i++) {
      const next = (i + 1) % oval.length;
      collar.push(inner[i], inner[next], outer[i], inner[next], outer[next], outer[i]);
    }
    inner = outer;
  });
  const depth = (t: number): number => face.depths[skin[3 * t]] + face.depths[skin[3 * t + 1]] + face.depths[skin[3 * t + 2]];
  const farToNear = Array.from({ length: skin.length / 3 }, (_, t) => t).sort((s, t) => depth(t) - depth(s));
  const triangles = Uint16Array.from([...collar, ...farToNear.flatMap((t) => [skin[3 * t], skin[3 * t + 1], skin[3 * t + 2]])]);
  return { points, triangles, collar: collar.length / 3 };
}

/**
 * Where the mesh lies after a displacement of the face.
 *
 * @param moved [468, 2] pixels
 * @returns as many points as the mesh has
 */
export function displaceMesh(face: PosedFace, mesh: WarpMesh, moved: Float64Array): Float64Array {
  const points = mesh.points.slice();
  for (let i = 0; i < VERTEX_COUNT * 2; i++) points[i] += moved[i];
  const oval = face.basis.faceOval;
  RINGS.forEach(([, share], r) => {
    oval.forEach((v, i) => {
      const at = 2 * (VERTEX_COUNT + r * oval.length + i);
      points[at] += share * moved[2 * v];
      points[at + 1] += share * moved[2 * v + 1];
    });
  });
  return points;
}
