import { concatAll, concatMap, type OperatorFunction } from "rxjs";
import { framesOf, type Embedding, type FaceEngine } from "../model/engines/engine.js";
import type { MotionResult } from "../model/compositing/motion-result.js";
import type { CroppedFrame, GeneratedFrame } from "./face-frame.js";
import type { StageClock } from "./stage-clock.js";

/** Runs each batch's crops through the network against the photo's embedding; frames come out one by one, in order. */
export function generateFaces(engine: FaceEngine, embedding: Embedding, clock: StageClock): OperatorFunction<CroppedFrame[], GeneratedFrame> {
  return (batches) => batches.pipe(concatMap(async (batch): Promise<GeneratedFrame[]> => {
    const crops = batch.flatMap(({ crop }) => (crop ? [crop] : []));
    const faces = crops.length === 0 ? [] : await clock.timeAsync("generate", () => generate(engine, crops, embedding), crops.length);
    let next = 0;
    return batch.map((frame) => ({ ...frame, generated: frame.crop ? faces[next++] : undefined }));
  }), concatAll());
}

async function generate(engine: FaceEngine, crops: readonly Float32Array[], embedding: Embedding): Promise<MotionResult[]> {
  const size = crops[0].length;
  const drivers = new Float32Array(size * crops.length);
  crops.forEach((crop, i) => drivers.set(crop, i * size));
  const batch = await engine.generate(drivers, crops.length, embedding);
  return crops.map((_, i) => framesOf(batch, i, i + 1));
}
