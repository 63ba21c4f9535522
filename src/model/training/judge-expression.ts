import * as tf from "@tensorflow/tfjs";
import { readTensors } from "../engines/tfjs/read-tensors.js";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { correlation } from "../evaluation/correlation.js";
import { tellWeights } from "../network/aip-gan.js";
import type { NetworkConfig } from "../network/config.js";
import { expressionEncoder } from "../network/expression-encoder.js";
import type { SourceBatch } from "./batch.js";

/** How well e tells what held-out faces do, as correlations over the faces; NaN where nothing varies. Left and right are averaged. */
export interface Told {
  readonly jawOpen: number;
  readonly mouthSmile: number;
  readonly eyeBlink: number;
  readonly browInnerUp: number;
  /** The mean over all weights that vary. */
  readonly mean: number;
}

/** Runs G_es on faces it never saw. @param names of the expression weights, in the dataset's order */
export async function judgeExpression(
  config: NetworkConfig, weights: ReadonlyMap<string, tf.Tensor>, batch: SourceBatch, names: readonly string[],
): Promise<Told> {
  const ops = new TfjsOps((name) => weights.get(name)!);
  const [told] = await readTensors(() => {
    const expression = expressionEncoder<tf.Tensor>(ops, config, tf.tensor4d(batch.source, [batch.size, config.size, config.size, 3]));
    return [tellWeights<tf.Tensor>(ops, config, expression)];
  });
  ops.close();
  return correlations(told, batch, names);
}

/** What was told, [b, 51], against what is. */
export function correlations(told: Float32Array, batch: SourceBatch, names: readonly string[]): Told {
  const column = (data: Float32Array, at: readonly number[]) =>
    Array.from({ length: batch.size }, (_, i) => at.reduce((sum, k) => sum + data[i * names.length + k], 0) / at.length);
  const follow = (...which: string[]) => {
    const at = which.map((name) => names.indexOf(name));
    return correlation(column(told, at), column(batch.weights, at));
  };
  const each = names.map((name) => follow(name)).filter((r) => !Number.isNaN(r));
  return {
    jawOpen: follow("jawOpen"), mouthSmile: follow("mouthSmileLeft", "mouthSmileRight"), eyeBlink: follow("eyeBlinkLeft", "eyeBlinkRight"),
    browInnerUp: follow("browInnerUp"), mean: each.reduce((a, b) => a + b, 0) / Math.max(1, each.length),
  };
}
