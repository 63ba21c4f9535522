import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import type { NetworkConfig } from "../network/config.js";
import type { Batch, PairSampler, SourceBatch } from "./batch.js";
import type { Critics } from "./critics.js";
import {
  adversarialObjective, decoderObjective, expressionObjective, identityObjective, jointObjective, type Objective, type OnMade,
} from "./objectives.js";
import { splitBatch } from "./split-batch.js";
import type { StageName } from "./stage-names.js";

/** Computes the losses of a batch, or of a part of one, inside a step. */
export type PartObjective = (ops: TfjsOps, config: NetworkConfig, critics: Critics, onMade?: OnMade) => Objective;

/** A part of a drawn batch, and how its losses are computed. */
export interface DrawnPart {
  /** The pairs; of the stage `expression` there are none. */
  readonly pairs?: Batch;
  readonly objective: PartObjective;
}

/** What one stage trains, and on what. */
export interface TrainingStage {
  /** Whether a weight of this name is trained; the others are frozen. */
  trains(weight: string): boolean;
  /** Whether discriminators are trained in turn with it. */
  readonly discriminated: boolean;
  /** Draws a batch of `size` and cuts it into `parts` whose losses add up to the batch's. */
  draw(pairs: PairSampler, size: number, parts: number): DrawnPart[];
}

const starts = (prefix: string) => (weight: string) => weight.startsWith(prefix);

/** A stage that learns from pairs. */
function onPairs(
  trains: TrainingStage["trains"], discriminated: boolean,
  objective: (ops: TfjsOps, config: NetworkConfig, batch: Batch, critics: Critics, onMade?: OnMade) => Objective,
): TrainingStage {
  return {
    trains, discriminated,
    draw: (pairs, size, parts) => splitBatch(pairs.next(size), parts).map((batch) => (
      { pairs: batch, objective: (ops, config, critics, onMade) => objective(ops, config, batch, critics, onMade) }
    )),
  };
}

/** What each stage does. */
export const TRAINING_STAGES: Readonly<Record<StageName, TrainingStage>> = {
  expression: {
    trains: starts("expression."), discriminated: false,
    draw: (pairs, size, parts) => splitBatch<SourceBatch>(pairs.nextSources(size), parts).map((batch) => (
      { objective: (ops, config) => expressionObjective(ops, config, batch) }
    )),
  },
  identity: onPairs(starts("identity."), false, identityObjective),
  decoder: onPairs(starts("decoder."), false, decoderObjective),
  joint: onPairs(() => true, false, jointObjective),
  adversarial: onPairs(() => true, true, adversarialObjective),
};
