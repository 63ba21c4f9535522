import { concatAll, concatMap, type OperatorFunction } from "rxjs";
import { framesOf, type Embedding, type FaceEngine } from "../model/engines/engine.js";
import type { MotionResult } from "../model/compositing/motion-result.js";
import type { CroppedFrame, GeneratedFrame } from "./face-frame.js";
import { joinCrops } from "./join-crops.js";
import { StageClock } from "./stage-clock.js";

/**
 * Paints each batch's crops against the photo's embedding, as the paper does (`--view face`); frames come out one by one, in order.
 *
 * @param identity the embedding, or who finds it; asked when there is a face to paint
 */
export function generateFaces(engine: Pick<FaceEngine, "generate">, identity: Embedding | (() => Promise<Embedding>), clock = new StageClock()): OperatorFunction<CroppedFrame[], GeneratedFrame> {
  return (batches) => batches.pipe(concatMap(async (batch): Promise<GeneratedFrame[]> => {
    const crops = batch.flatMap(({ crop }) => (crop ? [crop] : []));
    const faces = crops.length === 0 ? [] : await clock.timeAsync("generate", () => generate(engine, crops, identity), crops.length);
    let next = 0;
    return batch.map((frame) => ({ ...frame, generated: frame.crop ? { motion: faces[next++] } : undefined }));
  }), concatAll());
}

async function generate(engine: Pick<FaceEngine, "generate">, crops: readonly Float32Array[], identity: Embedding | (() => Promise<Embedding>)): Promise<MotionResult[]> {
  const embedding = typeof identity === "function" ? await identity() : identity;
  const batch = await engine.generate(joinCrops(crops), crops.length, embedding);
  return crops.map((_, i) => framesOf(batch, i, i + 1));
}
