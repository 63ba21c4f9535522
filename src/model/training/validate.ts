import * as tf from "@tensorflow/tfjs";
import { readTensors } from "../engines/tfjs/read-tensors.js";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { encodeIdentity, moveAndPaint, reenactFace } from "../network/aip-gan.js";
import type { NetworkConfig } from "../network/config.js";
import type { Batch } from "./batch.js";

/** Mean absolute difference to the truth on 0…2 (pictures are −1…1), over all pixels and over those the region weights stress. */
export interface Difference {
  readonly all: number;
  readonly expressive: number;
}

/** How weights do on pairs they never saw, and the pictures to judge it by. */
export interface Validation {
  /** x̂' (moved and painted), x̂ (painted alone), and the target just copied. */
  readonly moved: Difference;
  readonly painted: Difference;
  readonly copied: Difference;
  /** One row per pair: source, target, x̂, m, s (grey: none), x̂', truth; each [96, 96, 3] in −1…1. */
  readonly rows: Float32Array[][];
}

/** Runs the network on a batch without training. */
export async function validate(config: NetworkConfig, weights: ReadonlyMap<string, tf.Tensor>, batch: Batch): Promise<Validation> {
  const ops = new TfjsOps((name) => weights.get(name)!);
  const { size: side } = config;
  const [painted, moved, mask, shading] = await readTensors(() => {
    const image = (data: Float32Array) => tf.tensor4d(data, [batch.size, side, side, 3]);
    const target = image(batch.target);
    const { embedding } = encodeIdentity<tf.Tensor>(ops, config, target);
    const { generated } = reenactFace<tf.Tensor>(ops, config, image(batch.source), embedding);
    const grey = (x: tf.Tensor) => tf.tile(x, [1, 1, 1, 3]);
    const mask = grey(tf.sub(tf.mul(generated.mask, 2), 1)), shading = grey(tf.mul(generated.shading, 2));
    return [generated.painted, moveAndPaint<tf.Tensor>(ops, config, target, generated), mask, shading];
  });
  ops.close();
  const pick = (data: Float32Array, i: number) => data.subarray(i * side * side * 3, (i + 1) * side * side * 3);
  const rows = Array.from({ length: batch.size }, (_, i) => [batch.source, batch.target, painted, mask, shading, moved, batch.truth].map((d) => pick(d, i)));
  const against = (picture: Float32Array) => difference(picture, batch.truth, batch.regions);
  return { moved: against(moved), painted: against(painted), copied: against(batch.target), rows };
}

function difference(a: Float32Array, b: Float32Array, regions: Float32Array): Difference {
  let all = 0, expressive = 0, count = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    all += d;
    if (regions[Math.floor(i / 3)] > 2) {
      expressive += d;
      count++;
    }
  }
  return { all: all / a.length, expressive: expressive / Math.max(1, count) };
}
