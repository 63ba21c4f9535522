import { defer, map, type Observable, type OperatorFunction } from "rxjs";
import { alignFace } from "../model/geometry/alignment.js";
import { faceMotion } from "../model/geometry/driver-motion.js";
import { LiveAlignment } from "../model/geometry/live-alignment.js";
import { LiveMotion } from "../model/geometry/live-motion.js";
import type { AlignedFrame, TrackedFrame } from "./face-frame.js";

/** Registers every face, measures its motion and smooths both by what came before: no frame waits for the next, as `alignFaces` lets it. */
export function alignLive(): OperatorFunction<TrackedFrame, AlignedFrame> {
  return (frames: Observable<TrackedFrame>) => defer(() => {
    const alignments = new LiveAlignment(), motions = new LiveMotion();
    return frames.pipe(map(({ frame, face }) => {
      const motion = face && faceMotion(face);
      return { frame, face, motion, alignment: alignments.next(frame.timestamp, face ? alignFace(face) : null), moves: motions.next(frame.timestamp, motion) };
    }));
  });
}
