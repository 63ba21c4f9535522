import { concatMap, type OperatorFunction } from "rxjs";
import type { Frame } from "../frame.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { StageClock } from "./stage-clock.js";
import type { TrackedFrame } from "./face-frame.js";

/** Follows the driver's face from frame to frame, in order. `source` must serve this sequence alone while it runs. */
export function trackFace(source: LandmarkSource, clock: StageClock): OperatorFunction<Frame, TrackedFrame> {
  return concatMap(async (frame) => {
    const faces = await clock.timeAsync("landmarks", () => source.detect(frame, { timestamp: frame.timestamp }));
    return { frame, face: faces.at(0) };
  });
}
