import { concat, defer, map, mergeMap, type Observable, type OperatorFunction } from "rxjs";
import { alignFace } from "../model/geometry/alignment.js";
import { faceMotion, smoothMotionAt, type TimedMotion } from "../model/geometry/driver-motion.js";
import { LookAround } from "../model/geometry/look-around.js";
import { DEFAULT_REACH, smoothAt, type TimedAlignment } from "../model/geometry/smooth-alignment.js";
import type { AlignedFrame, TrackedFrame } from "./face-frame.js";

/** Frames that wait for the future their registration is smoothed with, at most. */
export const MAX_FRAMES = 16;

/**
 * Registers every face, measures how its head is held and where it looks, and smooths both over a quarter of a second to both sides. Frames
 * come out in order, later by that look-ahead; at most `maxFrames` wait.
 */
export function alignFaces({ maxFrames = MAX_FRAMES }: { readonly maxFrames?: number } = {}): OperatorFunction<TrackedFrame, AlignedFrame> {
  return (frames: Observable<TrackedFrame>) => defer(() => {
    const around = new LookAround<TrackedFrame & TimedAlignment & TimedMotion, Pick<AlignedFrame, "alignment" | "moves">>(
      (window, centre) => ({ alignment: smoothAt(window, centre), moves: smoothMotionAt(window, centre) }), { reach: DEFAULT_REACH, maxFrames },
    );
    const ready = frames.pipe(mergeMap(({ frame, face }) => around.push({
      frame, face, time: frame.timestamp, transform: face ? alignFace(face) : null, motion: face && faceMotion(face),
    })));
    return concat(ready, defer(() => around.flush())).pipe(
      map(({ frame, face, motion, alignment, moves }): AlignedFrame => ({ frame, face, motion, alignment, moves })),
    );
  });
}
