import { CROP_RADIUS, poseDistance, poseOf, similarityOf, wrapAngle, type CropPose } from "./crop-pose.js";
import { OneEuroFilter, type OneEuroOptions } from "./one-euro.js";
import type { Similarity } from "./similarity.js";

/** Crop pixels by which a face may move between two frames before it is taken for another one. */
const JUMP = 24;
/** Seconds without a face after which the filter starts afresh. */
const GAP = 0.5;

/**
 * Smooths the crop of a live picture with what has been seen so far: 1€ filters on place, size and tilt, all measured in crop
 * pixels so that one setting holds for near and far faces. Starts afresh after a gap and after a jump.
 */
export class LiveAlignment {
  private readonly filters: readonly OneEuroFilter[];
  private last: { readonly time: number; readonly pose: CropPose } | undefined;
  /** Anchors of what is filtered: image pixels and crop scale when the face appeared, so that the units stay put. */
  private origin: CropPose | undefined;

  /** @param options units are crop pixels: `beta` is hertz per crop pixel and second */
  constructor(options: OneEuroOptions = { minCutoff: 1.2, beta: 0.15, speedCutoff: 1.5 }) {
    this.filters = [0, 1, 2, 3].map(() => new OneEuroFilter(options));
  }

  /**
   * The smoothed crop.
   *
   * @param time seconds
   * @param transform crop to image, or null where no face was found
   * @returns null where no face was found
   */
  next(time: number, transform: Similarity | null): Similarity | null {
    if (!transform) return null;
    const pose = poseOf(transform);
    if (!this.origin || !this.last || time - this.last.time > GAP || poseDistance(this.last.pose, pose) > JUMP) {
      for (const filter of this.filters) filter.reset();
      this.origin = pose;
    }
    this.last = { time, pose };
    const { x, y, logScale, rotation } = this.origin;
    const scale = Math.exp(logScale);
    const [px, py, ps, pr] = this.filters;
    return similarityOf({
      x: x + scale * px.next(time, (pose.x - x) / scale),
      y: y + scale * py.next(time, (pose.y - y) / scale),
      logScale: logScale + ps.next(time, CROP_RADIUS * (pose.logScale - logScale)) / CROP_RADIUS,
      rotation: rotation + pr.next(time, CROP_RADIUS * wrapAngle(pose.rotation - rotation)) / CROP_RADIUS,
    });
  }
}
