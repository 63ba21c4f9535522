import { smoothstep } from "./kernels.js";

/**
 * What is shown while the driver's face is not found: the last generated face (`hold`), the photo's own expression, reached and left
 * gently (`ease`), or the driver's own frame (`driver`). The timeline never shortens.
 */
export type MissingPolicy = "hold" | "ease" | "driver";

/** Whether a frame had a face. */
export interface Presence {
  /** Seconds; rises from frame to frame. */
  readonly time: number;
  readonly present: boolean;
}

/** Timing of `ease`. */
export interface EaseOptions {
  /** Seconds from full expression to none and back. Default 0.4. */
  readonly duration?: number;
  /** A face lost for no longer than this counts as there: the odd frame without a detection changes nothing. Seconds, default 0.1. */
  readonly grace?: number;
}

const DURATION = 0.4, GRACE = 0.1;

/**
 * How much of the generated expression frame `index` shows under `ease`, 0…1: the share of the last `duration` seconds
 * with a face, rounded off at both ends. It depends on `duration + grace` seconds of past and nothing else, so a cut further back
 * changes nothing. At the start of a video the past is taken to be as the first frame is.
 *
 * @param frames in order of time; older ones than the look-back are ignored
 */
export function activityAt(frames: readonly Presence[], index: number, options: EaseOptions = {}): number {
  const { duration = DURATION, grace = GRACE } = options;
  const now = frames[index].time, from = now - duration;
  let active = 0;
  let last = index;
  for (; last > 0 && frames[last].time > from; last--) {
    const start = Math.max(from, frames[last - 1].time);
    if (here(frames, last, grace)) active += frames[last].time - start;
  }
  // What lies before the first frame is as the first frame is.
  if (frames[last].time > from && frames[last].present) active += frames[last].time - from;
  return duration > 0 ? smoothstep(active / duration) : here(frames, index, grace) ? 1 : 0;
}

/** A face was found in this frame or within `grace` seconds before it. */
function here(frames: readonly Presence[], index: number, grace: number): boolean {
  for (let k = index; k >= 0 && frames[index].time - frames[k].time <= grace + 1e-6; k--) if (frames[k].present) return true;
  return false;
}

/** {@link activityAt} over a stream: remembers no more than the look-back. */
export class ActivityEase {
  private readonly options: EaseOptions;
  private readonly lookBack: number;
  private readonly past: Presence[] = [];

  constructor(options: EaseOptions = {}) {
    this.options = options;
    this.lookBack = (options.duration ?? DURATION) + (options.grace ?? GRACE);
  }

  /** Takes the next frame and returns its activity, 0…1. */
  next(time: number, present: boolean): number {
    this.past.push({ time, present });
    // One frame older than the look-back stays: it bounds the oldest interval.
    while (this.past.length > 2 && time - this.past[1].time > this.lookBack + 1e-6) this.past.shift();
    return activityAt(this.past, this.past.length - 1, this.options);
  }
}
