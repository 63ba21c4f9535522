import { CROP_SIZE } from "../geometry/alignment.js";
import { sampleRoi } from "../landmarks/sample-roi.js";
import type { LandmarkSource } from "../landmarks/source.js";

/** Detectors want room round a face and more pixels than a crop has: so many pixels are added on every side, and all enlarged. */
const MARGIN = 16;
const ZOOM = 3;

const POINTS = 468;

/** What a landmark source sees in a registered crop. */
export interface CropReading {
  /** [468, 2] crop pixels, pixel centres at .5. */
  readonly points: Float32Array;
  /** Scores 0…1 by blendshape name, without MediaPipe's `_neutral`, where the source measures them. */
  readonly scores?: Readonly<Record<string, number>>;
}

/**
 * Finds the landmarks and expression scores of a crop's face; undefined when none is found.
 *
 * @param crop [96, 96, 3] RGB
 */
export async function readCrop(source: LandmarkSource, crop: Uint8Array): Promise<CropReading | undefined> {
  const size = CROP_SIZE + 2 * MARGIN, side = ZOOM * size, plane = side * side;
  const roi = { x: CROP_SIZE / 2, y: CROP_SIZE / 2, size, angle: 0 };
  const planes = sampleRoi({ data: crop, width: CROP_SIZE, height: CROP_SIZE }, roi, { side, range: [0, 255], border: "edge" });
  const data = Uint8Array.from({ length: 3 * plane }, (_, i) => Math.round(planes[(i % 3) * plane + Math.floor(i / 3)]));
  const [face] = await source.detect({ data, width: side, height: side });
  if (!face) return undefined;
  const points = Float32Array.from({ length: 2 * POINTS }, (_, i) => face.points[3 * (i >> 1) + (i & 1)] / ZOOM - MARGIN);
  if (!face.blendshapes) return { points };
  return { points, scores: Object.fromEntries(Object.entries(face.blendshapes).filter(([name]) => name !== "_neutral")) };
}

/** Mean distance of two readings' points, crop pixels. */
export function pointDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < 2 * POINTS; i += 2) sum += Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1]);
  return sum / POINTS;
}
