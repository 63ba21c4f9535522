import { concatMap, defer, type Observable, type OperatorFunction } from "rxjs";
import { MICROSECOND, type Frame } from "../frame.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { StageClock } from "./stage-clock.js";
import type { TrackedFrame } from "./face-frame.js";

/**
 * Follows the driver's face from frame to frame, in order. `source` must serve this sequence alone while it runs.
 *
 * @param irises asked for every frame: whether its face is wanted with irises
 * @param restarts timestamps, rising: with the first frame from there on the following begins anew, as if nothing had come before
 */
export function trackFace(source: LandmarkSource, clock: StageClock, irises: () => boolean, restarts: readonly number[] = []): OperatorFunction<Frame, TrackedFrame> {
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
