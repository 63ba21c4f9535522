import { map, type OperatorFunction } from "rxjs";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { ActiveFrame, CroppedFrame } from "./face-frame.js";
import { StageClock } from "./stage-clock.js";

/** Cuts the aligned 96×96 face out of every frame that has one. */
export function cropFaces(clock = new StageClock()): OperatorFunction<ActiveFrame, CroppedFrame> {
  return map((aligned) => {
    const { frame, alignment } = aligned;
    return { ...aligned, crop: alignment && clock.time("crop", () => sampleCrop(frame, alignment)) };
  });
}
