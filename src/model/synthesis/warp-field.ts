import { boundingRect, type Rect } from "./canvas.js";
import { gaussianBlur } from "./gaussian-blur.js";
import type { PosedFace } from "./posed-face.js";
import { forEachSpan } from "./rasterise.js";
import { blurBesideSeam, keepSeam } from "./seam-blur.js";
import { sampleShading } from "./shading.js";
import type { WarpMesh } from "./warp-mesh.js";

/** What happens to every pixel of a rectangle; made once and filled again for every expression. */
export interface WarpField extends Rect {
  /** Column of the photo less column of the result. */
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  /** Change of log luminance. */
  readonly light: Float32Array;
  /** 1 where `dx`, `dy` are known. */
  readonly known: Float32Array;
  readonly scratch: Float32Array;
}

/** An empty field over a rectangle. */
export function createWarpField(rect: Rect): WarpField {
  const plane = () => new Float32Array(rect.width * rect.height);
  return { ...rect, dx: plane(), dy: plane(), light: plane(), known: plane(), scratch: plane() };
}

/**
 * Fills the field: every pixel of a displaced triangle comes from the same place of the triangle in the photo, triangles that the
 * motion turned over are left out. The seams between triangles are then smoothed away, or cheeks and jaw show saw-teeth and specks.
 *
 * @param target the mesh's points after the displacement
 * @param shading [128, 128] change of log luminance, or nothing
 * @param detail pixels that count as one in the smoothing (1 for small faces)
 */
export function fillWarpField(
  field: WarpField, face: PosedFace, mesh: WarpMesh, target: Float64Array, shading: Float32Array | undefined, detail: number,
): void {
  const { dx, dy, light, known, scratch, width, height } = field;
  dx.fill(0);
  dy.fill(0);
  light.fill(0);
  known.fill(1);
  clearInsideOval(field, face, target);
  for (let t = 0; t < mesh.triangles.length / 3; t++) {
    const a = mesh.triangles[3 * t], b = mesh.triangles[3 * t + 1], c = mesh.triangles[3 * t + 2];
    const area = doubleArea(target, a, b, c);
    if (area * doubleArea(mesh.points, a, b, c) <= 0) continue;
    const lit = t >= mesh.collar && shading ? { shading, texels: face.basis.texels } : undefined;
    drawTriangle(field, mesh.points, target, a, b, c, area, lit);
  }
  const { lips, eyes } = face.basis;
  const seams = [lips, ...eyes].map((opening) => keepSeam(field, opening, target, detail));
  smooth(field, detail);
  for (const seam of seams) blurBesideSeam(field, seam, target, detail);
  if (shading) gaussianBlur(light, width, height, 0.8 * detail, scratch);
}

/** Before the triangles are drawn nothing is known inside the face, so that holes take the motion of what surrounds them. */
function clearInsideOval(field: WarpField, face: PosedFace, target: Float64Array): void {
  const oval = face.basis.faceOval;
  let cx = 0, cy = 0;
  for (const v of oval) { cx += target[2 * v] / oval.length; cy += target[2 * v + 1] / oval.length; }
  const fan = Float64Array.from([cx, cy, ...oval.flatMap((v) => [target[2 * v], target[2 * v + 1]])]);
  for (let i = 0; i < oval.length; i++) {
    forEachSpan(fan, 0, i + 1, ((i + 1) % oval.length) + 1, field, (y, from, to) => {
      const row = (y - field.y) * field.width - field.x;
      field.known.fill(0, row + from, row + to + 1);
    });
  }
}

function drawTriangle(
  field: WarpField, source: Float64Array, target: Float64Array, a: number, b: number, c: number, area: number,
  lit: { shading: Float32Array; texels: Float64Array } | undefined,
): void {
  const ax = target[2 * a], ay = target[2 * a + 1];
  const ex = target[2 * b] - ax, ey = target[2 * b + 1] - ay, fx = target[2 * c] - ax, fy = target[2 * c + 1] - ay;
  // v(x, y) = v₀ + vx·(x − ax) + vy·(y − ay) for any value given at the corners
  const slopeX = (v0: number, v1: number, v2: number) => ((v1 - v0) * fy - (v2 - v0) * ey) / area;
  const slopeY = (v0: number, v1: number, v2: number) => ((v2 - v0) * ex - (v1 - v0) * fx) / area;
  const sx0 = source[2 * a], sx1 = source[2 * b], sx2 = source[2 * c];
  const sy0 = source[2 * a + 1], sy1 = source[2 * b + 1], sy2 = source[2 * c + 1];
  const xx = slopeX(sx0, sx1, sx2), xy = slopeY(sx0, sx1, sx2), yx = slopeX(sy0, sy1, sy2), yy = slopeY(sy0, sy1, sy2);
  const left = Math.min(sx0, sx1, sx2), right = Math.max(sx0, sx1, sx2);
  const top = Math.min(sy0, sy1, sy2), bottom = Math.max(sy0, sy1, sy2);
  let ux = 0, uy = 0, vx = 0, vy = 0, u0 = 0, v0 = 0;
  if (lit) {
    const { texels } = lit;
    u0 = texels[2 * a]; v0 = texels[2 * a + 1];
    ux = slopeX(u0, texels[2 * b], texels[2 * c]); uy = slopeY(u0, texels[2 * b], texels[2 * c]);
    vx = slopeX(v0, texels[2 * b + 1], texels[2 * c + 1]); vy = slopeY(v0, texels[2 * b + 1], texels[2 * c + 1]);
  }
  forEachSpan(target, a, b, c, field, (y, from, to) => {
    const oy = y - ay;
    let i = (y - field.y) * field.width + from - field.x;
    for (let x = from; x <= to; x++, i++) {
      const ox = x - ax;
      field.dx[i] = Math.min(right, Math.max(left, sx0 + xx * ox + xy * oy)) - x;
      field.dy[i] = Math.min(bottom, Math.max(top, sy0 + yx * ox + yy * oy)) - y;
      field.known[i] = 1;
      field.light[i] = lit ? sampleShading(lit.shading, u0 + ux * ox + uy * oy, v0 + vx * ox + vy * oy) : 0;
    }
  });
}

/** Blurs the displacements over what is known; the few pixels near holes are weighed by how much is known round them. */
function smooth({ dx, dy, known, scratch, width, height }: WarpField, sigma: number): void {
  const holes = holesBox(known, width, height, 4 * sigma + 1);
  gaussianBlur(dx, width, height, sigma, scratch);
  gaussianBlur(dy, width, height, sigma, scratch);
  if (!holes) return;
  const share = new Float32Array(holes.width * holes.height);
  for (let y = 0; y < holes.height; y++) {
    const from = (holes.y + y) * width + holes.x;
    share.set(known.subarray(from, from + holes.width), y * holes.width);
  }
  gaussianBlur(share, holes.width, holes.height, sigma, scratch);
  for (let y = 0; y < holes.height; y++) {
    for (let x = 0, i = (holes.y + y) * width + holes.x, j = y * holes.width; x < holes.width; x++, i++, j++) {
      if (share[j] > 0.9999) continue;
      dx[i] /= Math.max(share[j], 1e-3);
      dy[i] /= Math.max(share[j], 1e-3);
    }
  }
}

/** The box round all pixels that are not known, grown by `margin`; undefined when all are. */
function holesBox(known: Float32Array, width: number, height: number, margin: number): Rect | undefined {
  const corners: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = known.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(0);
    if (first >= 0) corners.push(first, y, row.lastIndexOf(0), y);
  }
  return corners.length ? boundingRect(corners, margin, { x: 0, y: 0, width, height }) : undefined;
}

function doubleArea(points: Float64Array, a: number, b: number, c: number): number {
  return (points[2 * b] - points[2 * a]) * (points[2 * c + 1] - points[2 * a + 1])
    - (points[2 * b + 1] - points[2 * a + 1]) * (points[2 * c] - points[2 * a]);
}
