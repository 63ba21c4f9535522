/** A rectangle of whole pixels: `x` ≤ column < `x + width`. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of the image with one value per pixel. */
export interface Plane extends Rect {
  readonly data: Float32Array;
}

/** The whole pixels that hold all points and `margin` more, cut to `bounds`; empty rectangles have no width or height. */
export function boundingRect(points: ArrayLike<number>, margin: number, bounds: Rect): Rect {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]); right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]); bottom = Math.max(bottom, points[i + 1]);
  }
  const x = Math.max(bounds.x, Math.floor(left - margin)), y = Math.max(bounds.y, Math.floor(top - margin));
  return {
    x, y,
    width: Math.max(0, Math.min(bounds.x + bounds.width, Math.ceil(right + margin) + 1) - x),
    height: Math.max(0, Math.min(bounds.y + bounds.height, Math.ceil(bottom + margin) + 1) - y),
  };
}
