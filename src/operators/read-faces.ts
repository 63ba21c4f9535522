import { concatAll, concatMap, type OperatorFunction } from "rxjs";
import type { FaceEngine } from "../model/engines/engine.js";
import { AHEAD, STRAIGHT } from "../model/rig/rig-pose.js";
import type { CroppedFrame, GeneratedFrame } from "./face-frame.js";
import { joinCrops } from "./join-crops.js";
import { StageClock } from "./stage-clock.js";

/** Reads each batch's crops with the expression encoder: what a rig is to show. Frames come out one by one, in order. */
export function readFaces(engine: Pick<FaceEngine, "read">, clock = new StageClock()): OperatorFunction<CroppedFrame[], GeneratedFrame> {
  return (batches) => batches.pipe(concatMap(async (batch): Promise<GeneratedFrame[]> => {
    const crops = batch.flatMap(({ crop }) => (crop ? [crop] : []));
    const read = crops.length === 0 ? [] : await clock.timeAsync("generate", () => engine.read(joinCrops(crops), crops.length), crops.length);
    let next = 0;
    return batch.map((frame) => ({
      ...frame, generated: frame.crop ? { pose: { weights: read[next++], head: frame.head ?? STRAIGHT, gaze: frame.gaze ?? AHEAD } } : undefined,
    }));
  }), concatAll());
}
