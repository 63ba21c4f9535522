import { concat, defer, map, mergeMap, type Observable, type OperatorFunction } from "rxjs";
import { alignFace } from "../model/geometry/alignment.js";
import { AlignmentSmoother, type SmootherOptions } from "../model/geometry/alignment-smoother.js";
import type { AlignedFrame, TrackedFrame } from "./face-frame.js";

/**
 * Registers every face and smooths the registration over a quarter of a second to both sides. Frames come out in order, later by
 * that look-ahead; at most `maxFrames` of {@link SmootherOptions} wait.
 */
export function alignFaces(options?: SmootherOptions): OperatorFunction<TrackedFrame, AlignedFrame> {
  return (frames: Observable<TrackedFrame>) => defer(() => {
    const smoother = new AlignmentSmoother<TrackedFrame & { time: number; transform: ReturnType<typeof alignFace> | null }>(options);
    const ready = frames.pipe(
      mergeMap(({ frame, face }) => smoother.push({ frame, face, time: frame.timestamp, transform: face ? alignFace(face) : null })),
    );
    return concat(ready, defer(() => smoother.flush())).pipe(
      map(({ frame, face, smoothed }) => ({ frame, face, alignment: smoothed })),
    );
  });
}
