/** Landmarks of the older FaceMesh, without irises. */
const POINTS = 468;

/** One step of the stored offsets, as a share of the frame's axes. */
const STEP = 1 / 2000;

/**
 * Where MediaPipe's newer model puts a point, less where FaceMesh puts it, as signed bytes in {@link STEP}s along the axes of
 * {@link faceAxes}: all 468 first along u, then all along v. Measured by `scripts/fit-facemesh-offsets.ts` on 496 photos;
 * on 124 others the mean distance falls from 1.70 % to 1.39 % of that of the outer eye corners.
 */
const OFFSETS = "BQ4LCw4MCiYFBv8DBAH8+/36/w4G7QQGCBkF3vLW2Qf9KPb8AQX9FRX48fQNDe8MDw78DOLo9/cB9OsPBwTn6g/j5AHt7+/rAQMCDff35gbv8vr8+fb3+vr2"
  + "9/z/5wzw8/0PAggBDQHx4Pf0/AQUBgnyDgr/BwQGCAgMBPQMDecNDQQN7gwL8uoI9u/4DAr9EQYCB/zt6QIDAQEJ8//+AxAa6x4HDxMHCO/wAOsHDgL0Cfr3"
  + "9vj6+Qga/AELAgPx+RH7DA0JDQAA//cF+P4A/QEM8/b1AfYD+w8JDgz46d7e5f8ACgUFBQYH5A8OCwUIDggJCwgOIvAK1hP1/vb03/wfDiUh7wTS8PkEAwXt"
  + "6wgNAQwNCf0GAwEKGxLxEgEEDwEL8g4NBB4c9vwJA/wF//0GBAETEw0PCAD/AQH+/QEA/gIICQIVABH+AQTwARsAEQP35+38BvsL9fH3/Pz7BfL/DAD7+wLz"
  + "CAj1Cg4V7Qb5DQ0C8+n5+fUJFRj7//sAAP/96+P33fn/Bg8RAxP7ARDwAAADAAIC8eEC/f8EAQYD+QQGBAAHBAYFBwICBAgLBvsJ+gMACwIMDhkgHRP16/H2"
  + "+fv++gYCBQ4UDwQQD/f+/NsMIxMBPh81Vw8eGz779Bn6/gX9KBMh5vj8Bg8Hna2txQc4EOz4CxfwGg/w9hYXHP8RDQ4OMPv/9hXWDyMVDf//CQ0ACi4BHv/z"
  + "8PP7FwAGBRMpGRQj+gYG9P0LDwcN8R/4C/UGAg8PEhEXCBolKzoM+g72HhADAAL//AlJBfgVEd0WEAQTBBkfMkD8K+1OIxHoC/8HDF1OSSpX+QUS9BkQEQ8H"
  + "5w8ZEhALSjxERjUbMVNTB/0ECQIlAAQTDA4zEAAxGz0tRENSGkc/Kh0KKg4NEDYQKzsXFhweDR4PDRTpw7zT6/v1BQT+/AMR4RAvExcVEhcaERcmB+o8DCHZ"
  + "+P0CCAWarqa8+i4F3ewIF+4cEfb1FhUg8w8JDQMq9PftFNIIDxEHAQQCCAALK/UZ8uTx9gAPAw0JDikcGBj5B//5/wsUCgnl+Q3yAwEGCA0LDgYXJyk3AvIR"
  + "7R0P9Pb8+fkDRvzvEQ7NEQ77EPUbHigw6RrgQx4N2gX8BABYSD35CBHqGA0OCQPTDBAMCiw9QyQZME77+wgRAB4IBhgPBDAP/zIRPSVDFSoWBhwKBwUyDSAt"
  + "CgYTDgkaCgwR6L+6zd/z5v/9+vkBEtEKKQ8UFQ4SHxIXJwHi";

/** Axes of a face in the picture that go along when it moves, turns or comes nearer; in pixels. */
interface FaceAxes {
  /** From the outer corner of the person's right eye to that of the left one. */
  readonly ux: number;
  readonly uy: number;
  /** At a right angle to it, as long as the nose is high (from the bridge to the base): it shortens by itself when the head nods. */
  readonly vx: number;
  readonly vy: number;
}

/** @param points three numbers a point */
export function faceAxes(points: Float32Array): FaceAxes {
  const [right, left, bridge, base] = [33, 263, 168, 2];
  const ux = points[3 * left] - points[3 * right], uy = points[3 * left + 1] - points[3 * right + 1];
  const length = Math.hypot(ux, uy) || 1;
  const nx = -uy / length, ny = ux / length;
  const height = (points[3 * base] - points[3 * bridge]) * nx + (points[3 * base + 1] - points[3 * bridge + 1]) * ny;
  return { ux, uy, vx: nx * height, vy: ny * height };
}

/** The stored offsets in shares of the axes: [468] along u, then [468] along v. */
export function facemeshOffsets(): Float32Array {
  return Float32Array.from(new Int8Array(Buffer.from(OFFSETS, "base64")), (value) => value * STEP);
}

/** What {@link facemeshOffsets} reads, out of offsets in shares of the axes. */
export function encodeOffsets(offsets: ArrayLike<number>): string {
  return Buffer.from(Int8Array.from(offsets, (value) => Math.max(-127, Math.min(127, Math.round(value / STEP)))).buffer).toString("base64");
}

/**
 * Moves FaceMesh's points to where MediaPipe's newer model has them on average: as they are, a face would be registered 4 % too
 * large. Depth stays.
 *
 * @param points 468 × 3, changed in place
 */
export function correctPoints(points: Float32Array, offsets: Float32Array): void {
  const { ux, uy, vx, vy } = faceAxes(points);
  for (let i = 0; i < POINTS; i++) {
    const u = offsets[i], v = offsets[POINTS + i];
    points[3 * i] += u * ux + v * vx;
    points[3 * i + 1] += u * uy + v * vy;
  }
}
