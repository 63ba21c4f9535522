import type { Turn } from "../geometry/quarter-turns.js";

/** One face found in an image: the MediaPipe face-mesh topology. */
export interface FaceLandmarks {
  /**
   * 478 points (468 when the source was not asked for irises) as x0, y0, z0, x1, …: x right and y down in pixels of the image it was found
   * in, pixel centres at .5; z in the same unit, smaller is nearer to the camera.
   */
  readonly points: Float32Array;
  /** Scores 0…1 by MediaPipe's blendshape name (`jawOpen`, …), when the source measures them. */
  readonly blendshapes?: Readonly<Record<string, number>>;
  /** Quarter turns clockwise of the image after which the face stood upright in it; left out where it was looked at as it is. */
  readonly turn?: Turn;
  /** Confidence 0…1 that this is a face. */
  readonly score: number;
}
