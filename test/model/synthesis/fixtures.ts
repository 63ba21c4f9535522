import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FaceLandmarks } from "../../../src/model/landmarks/face.js";
import type { Pixels } from "../../../src/frame.js";
import type { ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { createRandom } from "../../../src/model/synthesis/random.js";

/** The data beside the project, which is not part of it. */
export const SHARED = fileURLToPath(new URL("../../../../shared/", import.meta.url));
export const BASIS = `${SHARED}data/face-basis`;
export const PHOTOS = `${SHARED}data/photos`;
export const MODEL = `${SHARED}models/face_landmarker.task`;

/** `skip` for tests that need some of it: false, or why they cannot run. */
export function without(...paths: string[]): string | false {
  const missing = paths.find((path) => !existsSync(path));
  return missing === undefined ? false : `needs ${missing}, which is not there`;
}

/** A turn of the head: degrees about the vertical, the horizontal and the viewing axis. */
export function rotation(yaw: number, pitch: number, roll: number): number[] {
  const [y, p, r] = [yaw, pitch, roll].map((degrees) => (degrees * Math.PI) / 180);
  const about = (i: number, j: number, angle: number): number[] => {
    const m = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    m[4 * i] = m[4 * j] = Math.cos(angle);
    m[3 * i + j] = -Math.sin(angle);
    m[3 * j + i] = Math.sin(angle);
    return m;
  };
  return multiply(about(0, 1, r), multiply(about(2, 0, y), about(1, 2, p)));
}

export function multiply(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from({ length: 9 }, (_, i) => [0, 1, 2].reduce((sum, k) => sum + a[3 * Math.floor(i / 3) + k] * b[3 * k + (i % 3)], 0));
}

/** The canonical face, neutral, as landmarks of a picture: `scale` pixels per centimetre about (cx, cy). */
export function canonicalLandmarks(basis: ExpressionBasis, scale: number, cx: number, cy: number, turn = rotation(0, 0, 0)): FaceLandmarks {
  const points = new Float32Array(478 * 3);
  for (let i = 0; i < 468; i++) {
    const [x, y, z] = [0, 1, 2].map((r) => scale * [0, 1, 2].reduce((sum, c) => sum + turn[3 * r + c] * basis.vertices[3 * i + c], 0));
    points.set([cx + x, cy - y, -z], 3 * i);
  }
  basis.eyes.forEach(({ upper, lower }, eye) => {
    const middle = (c: number) => (points[3 * upper[4] + c] + points[3 * lower[4] + c]) / 2;
    const radius = 0.58 * scale;
    [[0, 0], [radius, 0], [0, -radius], [-radius, 0], [0, radius]].forEach(([dx, dy], k) => {
      points.set([middle(0) + dx, middle(1) + dy, middle(2)], 3 * (468 + 5 * eye + k));
    });
  });
  const blendshapes = Object.fromEntries(basis.blendshapes.map((name, k) => [name, basis.neutralBias[k]]));
  return { points, blendshapes, score: 1 };
}

/** A smooth picture with some grain. */
export function texture(width: number, height: number): Pixels {
  const random = createRandom("texture"), data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / 3) % width, y = Math.floor(i / 3 / width);
    data[i] = 130 + 60 * Math.sin(x / (9 + (i % 3))) * Math.cos(y / 11) + 20 * random();
  }
  return { data, width, height };
}

export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}
