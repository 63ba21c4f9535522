import { defer, map, type Observable, type OperatorFunction } from "rxjs";
import { alignFace } from "../model/geometry/alignment.js";
import { LiveAlignment } from "../model/geometry/live-alignment.js";
import type { AlignedFrame, TrackedFrame } from "./face-frame.js";

/** Registers every face and smooths the registration by what came before: no frame waits for the next, as `alignFaces` lets it. */
export function alignLive(): OperatorFunction<TrackedFrame, AlignedFrame> {
  return (frames: Observable<TrackedFrame>) => defer(() => {
    const smoother = new LiveAlignment();
    return frames.pipe(map(({ frame, face }) => ({ frame, face, alignment: smoother.next(frame.timestamp, face ? alignFace(face) : null) })));
  });
}
