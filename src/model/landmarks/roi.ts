import type { Pixels } from "../../frame.js";

/** A square of an image, turned: the part of a picture that a model looks at. */
export interface Roi {
  /** Centre in pixels of the image. */
  readonly x: number;
  readonly y: number;
  /** Side in pixels of the image. */
  readonly size: number;
  /** Radians, clockwise as seen on the picture (y points down): the square's own x axis points along (cos, sin). */
  readonly angle: number;
}

/** A region must show at least this share of its side inside the picture, in either direction, to be worth looking at. */
const MIN_INSIDE = 0.25;

/** The whole picture, in the smallest square that holds it. */
export function roiOfImage({ width, height }: Pixels): Roi {
  return { x: width / 2, y: height / 2, size: Math.max(width, height), angle: 0 };
}

/** Whether enough of a region lies inside the picture for a face to be seen there. */
export function roiInside(roi: Roi, { width, height }: Pixels): boolean {
  const margin = (0.5 - MIN_INSIDE) * roi.size;
  return roi.size >= 1 && roi.x > -margin && roi.y > -margin && roi.x < width + margin && roi.y < height + margin;
}

/**
 * How far two regions are apart: the largest of the centres' distance as a share of the side, the difference of the sides' logarithms,
 * and the turn in radians.
 */
export function roiDistance(a: Roi, b: Roi): number {
  const size = Math.max(1e-6, Math.min(a.size, b.size));
  const turn = a.angle - b.angle;
  const turned = Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)));
  return Math.max(Math.hypot(a.x - b.x, a.y - b.y) / size, Math.abs(Math.log(a.size / b.size)), turned);
}
