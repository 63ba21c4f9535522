import type { GridBox } from "../compositing/node-grid.js";
import { clamp01 } from "../geometry/kernels.js";
import { sampleShading } from "../synthesis/shading.js";

/** Where triangles are drawn: nodes `step` pixels apart from (left, top) on. */
export interface NodeField extends GridBox {
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
  /** [rows, columns, 2] where a node's pixel is taken from in the photo, relative to itself, pixels. */
  readonly shift: Float32Array;
  /** [rows, columns] 1 where `shift` is known. */
  readonly known: Uint8Array;
}

/** A mesh that moves: pixel centres at integers. */
export interface MovedMesh {
  /** [n, 2] in the photo, and where the points are to be. */
  readonly source: Float64Array;
  readonly target: Float64Array;
  /** [triangles, 3] in the order of drawing. */
  readonly triangles: Uint16Array;
}

/** The shading that goes with triangles from `first` on. */
export interface MeshShading {
  readonly first: number;
  /** [n, 2] texels of the map. */
  readonly texels: Float64Array;
  /** [128, 128] change of log luminance. */
  readonly map: Float32Array;
  /** [rows, columns] receives it at the nodes. */
  readonly light: Float32Array;
}

/** Neighbouring triangles both take a node on their common edge, whatever the rounding; in nodes. */
const EDGE_TOLERANCE = 1e-4;

/**
 * Draws the mesh where it is to be: every node of a moved triangle comes from the same place of the triangle in the photo. Triangles that
 * the motion turned over are left out, later ones cover earlier ones.
 */
export function drawTriangles(field: NodeField, { source, target, triangles }: MovedMesh, shading?: MeshShading): void {
  const { left, top, step, columns, rows, shift, known } = field;
  const lastX = left + (columns - 1) * step, lastY = top + (rows - 1) * step;
  for (let t = 0, count = triangles.length / 3; t < count; t++) {
    const a = 2 * triangles[3 * t], b = 2 * triangles[3 * t + 1], c = 2 * triangles[3 * t + 2];
    const ax = target[a], ay = target[a + 1], bx = target[b], by = target[b + 1], cx = target[c], cy = target[c + 1];
    const minY = Math.min(ay, by, cy), maxY = Math.max(ay, by, cy);
    if (maxY < top || minY > lastY || Math.max(ax, bx, cx) < left || Math.min(ax, bx, cx) > lastX) continue;
    const ex = bx - ax, ey = by - ay, fx = cx - ax, fy = cy - ay;
    const area = ex * fy - ey * fx;
    const sx = source[a], sy = source[a + 1];
    const gx = source[b] - sx, gy = source[b + 1] - sy, hx = source[c] - sx, hy = source[c + 1] - sy;
    if (area * (gx * hy - gy * hx) <= 0) continue;
    const first = Math.max(0, Math.ceil((minY - top) / step - EDGE_TOLERANCE));
    const last = Math.min(rows - 1, Math.floor((maxY - top) / step + EDGE_TOLERANCE));
    if (first > last) continue;
    // v(x, y) = v₀ + vx·(x − ax) + vy·(y − ay) for any value given at the corners
    const xx = (gx * fy - hx * ey) / area, xy = (hx * ex - gx * fx) / area;
    const yx = (gy * fy - hy * ey) / area, yy = (hy * ex - gy * fx) / area;
    const lit = shading !== undefined && t >= shading.first;
    let u0 = 0, v0 = 0, ux = 0, uy = 0, vx = 0, vy = 0;
    if (lit) {
      const { texels } = shading;
      u0 = texels[a];
      v0 = texels[a + 1];
      const du = texels[b] - u0, dv = texels[b + 1] - v0, eu = texels[c] - u0, ev = texels[c + 1] - v0;
      ux = (du * fy - eu * ey) / area;
      uy = (eu * ex - du * fx) / area;
      vx = (dv * fy - ev * ey) / area;
      vy = (ev * ex - dv * fx) / area;
    }
    for (let j = first; j <= last; j++) {
      const y = top + j * step;
      let low = Infinity, high = -Infinity;
      for (let edge = 0; edge < 3; edge++) {
        const x0 = edge === 0 ? ax : edge === 1 ? bx : cx, y0 = edge === 0 ? ay : edge === 1 ? by : cy;
        const x1 = edge === 0 ? bx : edge === 1 ? cx : ax, y1 = edge === 0 ? by : edge === 1 ? cy : ay;
        if ((y < y0 && y < y1) || (y > y0 && y > y1)) {
          if (Math.min(Math.abs(y - y0), Math.abs(y - y1)) > EDGE_TOLERANCE * step) continue;
        }
        if (Math.abs(y1 - y0) < 1e-9) {
          low = Math.min(low, x0, x1);
          high = Math.max(high, x0, x1);
          continue;
        }
        const along = clamp01((y - y0) / (y1 - y0));
        const x = x0 + along * (x1 - x0);
        if (x < low) low = x;
        if (x > high) high = x;
      }
      const from = Math.max(0, Math.ceil((low - left) / step - EDGE_TOLERANCE));
      const to = Math.min(columns - 1, Math.floor((high - left) / step + EDGE_TOLERANCE));
      const oy = y - ay;
      for (let i = from, n = j * columns + from; i <= to; i++, n++) {
        const x = left + i * step, ox = x - ax;
        shift[2 * n] = sx + xx * ox + xy * oy - x;
        shift[2 * n + 1] = sy + yx * ox + yy * oy - y;
        known[n] = 1;
        if (lit) shading.light[n] = sampleShading(shading.map, u0 + ux * ox + uy * oy, v0 + vx * ox + vy * oy);
      }
    }
  }
}
