import { poseDistance, poseOf, similarityOf, wrapAngle, type CropPose } from "./crop-pose.js";
import type { Similarity } from "./similarity.js";

/** Where the crop lay in one frame. */
export interface TimedAlignment {
  /** Seconds; rises from frame to frame. */
  readonly time: number;
  /** Crop to image, or null where no face was found. */
  readonly transform: Similarity | null;
}

/** How strongly {@link smoothAt} smooths. The defaults suit a face found by MediaPipe. */
export interface SmoothingOptions {
  /** Frames further away than this have no influence, seconds. It is also how far the filter looks ahead. Default 0.25. */
  readonly reach?: number;
  /** Standard deviation of the weight over time, seconds. Default 0.12. */
  readonly spread?: number;
  /** Standard deviation of the weight over distance, crop pixels: motion well above it is followed, jitter below it goes. Default 0.9. */
  readonly motion?: number;
}

/** Default of {@link SmoothingOptions.reach}, seconds. */
export const DEFAULT_REACH = 0.25;

/**
 * The smoothed crop of one frame: a straight line through the neighbours' positions, read off at the frame's own time
 * (local linear regression). The weights fall with the distance in time and, as in a bilateral filter (Tomasi and Manduchi 1998),
 * with the distance in pose; so a face at rest is averaged over many frames and a moving one over few.
 * A line reproduces uniform motion exactly whatever the weights, so nothing lags. Only frames within `reach` count:
 * two clips of one video give the same result wherever both hold the whole reach.
 *
 * @param window the frame and its neighbours in order of time; more of them than `reach` covers does not matter
 * @param centre index of the frame in `window`
 * @returns null when the frame itself has no face: what to show then is not for a filter to decide
 */
export function smoothAt(window: readonly TimedAlignment[], centre: number, options: SmoothingOptions = {}): Similarity | null {
  const { reach = DEFAULT_REACH, spread = 0.12, motion = 0.9 } = options;
  const own = window[centre];
  if (!own.transform) return null;
  const origin = poseOf(own.transform);
  const fit = new LineFit();
  for (const { time, transform } of window) {
    const t = time - own.time;
    // A hair more than `reach`, so that rounding of timestamps does not decide whether the outermost frame counts.
    if (!transform || Math.abs(t) > reach + 1e-6) continue;
    const pose = poseOf(transform);
    const distance = poseDistance(origin, pose);
    const weight = Math.exp(-0.5 * ((t / spread) ** 2 + (distance / motion) ** 2));
    fit.add(weight, t, {
      x: pose.x - origin.x,
      y: pose.y - origin.y,
      logScale: pose.logScale - origin.logScale,
      rotation: wrapAngle(pose.rotation - origin.rotation),
    });
  }
  const shift = fit.atZero();
  return similarityOf({
    x: origin.x + shift.x,
    y: origin.y + shift.y,
    logScale: origin.logScale + shift.logScale,
    rotation: origin.rotation + shift.rotation,
  });
}

const COMPONENTS = ["x", "y", "logScale", "rotation"] as const;

/** Weighted least-squares lines through the four components of a pose over time. */
class LineFit {
  private weight = 0;
  private time = 0;
  private timeSquared = 0;
  private readonly sum = { x: 0, y: 0, logScale: 0, rotation: 0 };
  private readonly timeSum = { x: 0, y: 0, logScale: 0, rotation: 0 };

  add(weight: number, t: number, value: CropPose): void {
    this.weight += weight;
    this.time += weight * t;
    this.timeSquared += weight * t * t;
    for (const k of COMPONENTS) {
      this.sum[k] += weight * value[k];
      this.timeSum[k] += weight * t * value[k];
    }
  }

  /** The lines' values at t = 0; plain averages where all the weight lies on a single time. */
  atZero(): CropPose {
    const spread = this.weight * this.timeSquared - this.time * this.time;
    const sloped = spread > 1e-9 * this.weight * this.timeSquared;
    const at = (k: (typeof COMPONENTS)[number]) =>
      sloped ? (this.timeSquared * this.sum[k] - this.time * this.timeSum[k]) / spread : this.sum[k] / this.weight;
    return { x: at("x"), y: at("y"), logScale: at("logScale"), rotation: at("rotation") };
  }
}
