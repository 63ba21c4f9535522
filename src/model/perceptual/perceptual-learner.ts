import * as tf from "@tensorflow/tfjs";
import { readTensors } from "../engines/tfjs/read-tensors.js";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import { createRandom } from "../synthesis/random.js";
import { PairSampler, type SourceBatch } from "../training/batch.js";
import { correlations, type Told } from "../training/judge-expression.js";
import { weightsLoss } from "../training/losses.js";
import type { LossFunction } from "../training/trainer.js";
import { cosineSoftmaxLoss, personCosines } from "./cosine-softmax.js";
import type { PerceptualConfig } from "./perceptual-config.js";
import { perceive, personDirections, tellExpression } from "./perceptual-network.js";
import { PersonSampler, type PeopleBatch } from "./person-sampler.js";
import { verificationArea } from "./verification.js";

/** How an identity network does: on expressions of the training people it never saw, and on people it never saw. */
export interface Recognised {
  /** Share of the held-out expressions whose nearest person is the right one. */
  readonly accuracy: number;
  /** {@link verificationArea} over pairs of people of the test half under different expressions. */
  readonly strangers: number;
}

/** What one kind of perceptual network learns, and how it is judged. */
export interface PerceptualLearner {
  /** What its head tells: people of the training half, or expression weights. */
  readonly outputs: number;
  /** Draws a batch and gives the function that computes its loss inside a step. */
  draw(size: number): (ops: TfjsOps, config: PerceptualConfig) => ReturnType<LossFunction>;
  /** Judges weights on held-out data. */
  look(config: PerceptualConfig, weights: ReadonlyMap<string, tf.Tensor>): Promise<Recognised | Told>;
}

const SIZE = 96;
/** Held-out pictures at most. */
const HELD_OUT = 192, STRANGERS = 48, EXPRESSIONS_EACH = 4;

/** Identity: the training people under synthesised expressions, light, cameras and blur, told apart by cosine softmax. */
export function identityLearner(dataset: FaceDataset, seed: string): PerceptualLearner {
  const sampler = new PersonSampler(dataset, "train", createRandom(seed));
  const heldOut = sampler.heldOut(HELD_OUT);
  const others = dataset.photosIn("test").length > 1 ? new PersonSampler(dataset, "test", createRandom("strangers")).variants(STRANGERS, EXPRESSIONS_EACH) : undefined;
  return {
    outputs: sampler.people.length,
    draw: (size) => ((batch) => (ops, config) => {
      const cosines = personCosines(perceive<tf.Tensor>(ops, config, picturesOf(batch)).embedding, personDirections<tf.Tensor>(ops, config));
      return { total: cosineSoftmaxLoss(cosines, tf.tensor1d(batch.people, "int32")) };
    })(sampler.next(size)),
    look: async (config, weights) => {
      const [nearest, embedded] = await readWith(weights, (ops) => {
        const embed = (batch: PeopleBatch) => perceive<tf.Tensor>(ops, config, picturesOf(batch)).embedding;
        const person = tf.argMax(personCosines(embed(heldOut), personDirections<tf.Tensor>(ops, config)), 1);
        return [tf.cast(person, "float32"), ...(others ? [embed(others)] : [])];
      });
      const right = heldOut.people.filter((person, i) => nearest[i] === person).length;
      return { accuracy: right / heldOut.size, strangers: others ? verificationArea(embedded, others.people) : NaN };
    },
  };
}

/** Expression: the synthesis' weights told from faces in any light, on any camera. */
export function expressionLearner(dataset: FaceDataset, seed: string): PerceptualLearner {
  const sampler = new PairSampler(dataset, { split: "train", augment: true, random: createRandom(seed) });
  const heldOut = new PairSampler(dataset, { split: "test", augment: false, random: createRandom("held-out-faces") }).nextSources(HELD_OUT);
  const names = dataset.info.blendshapes;
  const tell = (ops: TfjsOps, config: PerceptualConfig, batch: SourceBatch) => (
    tellExpression<tf.Tensor>(ops, config, perceive<tf.Tensor>(ops, config, tf.tensor4d(batch.source, [batch.size, SIZE, SIZE, 3])))
  );
  return {
    outputs: names.length,
    draw: (size) => ((batch) => (ops, config) => (
      { total: weightsLoss(tell(ops, config, batch), tf.tensor2d(batch.weights, [batch.size, names.length])) }
    ))(sampler.nextSources(size)),
    look: async (config, weights) => {
      const [told] = await readWith(weights, (ops) => [tell(ops, config, heldOut)]);
      return correlations(told, heldOut, names);
    },
  };
}

function picturesOf({ pictures, size }: PeopleBatch): tf.Tensor {
  return tf.tensor4d(pictures, [size, SIZE, SIZE, 3]);
}

async function readWith(weights: ReadonlyMap<string, tf.Tensor>, compute: (ops: TfjsOps) => tf.Tensor[]): Promise<Float32Array[]> {
  const ops = new TfjsOps((name) => weights.get(name)!);
  try {
    return await readTensors(() => compute(ops));
  } finally {
    ops.close();
  }
}
