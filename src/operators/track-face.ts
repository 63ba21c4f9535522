import { concatMap, defer, type Observable, type OperatorFunction } from "rxjs";
import { MICROSECOND, type Frame } from "../frame.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { StageClock } from "./stage-clock.js";
import type { TrackedFrame } from "./face-frame.js";

/** How {@link trackFace} follows. */
export interface TrackOptions {
  readonly clock?: StageClock | undefined;
  /** Asked for every frame: whether its face is wanted with irises, which tell where the eyes look; default yes. */
  readonly irises?: (() => boolean) | undefined;
  /** Timestamps, rising: with the first frame from there on the following begins anew, as if nothing had come before. */
  readonly restarts?: readonly number[] | undefined;
}

/**
 * Follows the driver's face from frame to frame, in order. `source` must serve this sequence alone while it runs.
 */
export function trackFace(source: LandmarkSource, { clock = new StageClock(), irises = () => true, restarts = [] }: TrackOptions = {}): OperatorFunction<Frame, TrackedFrame> {
  return (frames: Observable<Frame>) => defer(() => {
    let begin: number | undefined, next = 0;
    return frames.pipe(concatMap(async (frame) => {
      const { timestamp } = frame, passed = next;
      while (next < restarts.length && timestamp >= restarts[next] - MICROSECOND) next++;
      // A sequence of the source begins at 0.
      if (begin === undefined || next > passed) begin = timestamp;
      const from = begin;
      const faces = await clock.timeAsync("landmarks", () => source.detect(frame, { timestamp: timestamp - from, irises: irises() }));
      return { frame, face: faces.at(0) };
    }));
  });
}
